import { expect } from 'chai'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import type { StandingOrder } from './due.ts'
import type { Tables } from './postgres-tables.ts'
import { tableMetrics } from './table-metrics.ts'

const start = Date.parse('2026-03-01T12:00:00Z')
const before = (seconds: number) => new Date(start - seconds * 1_000)

const paying = {
  status: 'requested',
  requestOpen: true,
  captured: 0,
  refunded: 0,
  refundsOpen: 0,
  restAsked: false,
} as const
const voided = { ...paying, status: 'voided', requestOpen: false } as const

const standing = (seconds: number, progress: StandingOrder['progress']): StandingOrder => ({
  orderId: `o-${seconds}`,
  eventId: `e-${seconds}`,
  movedAt: before(seconds),
  progress,
})

describe('the metrics of the tables of the follow-ups', () => {
  const counting = () => {
    const registry = createRegistry({ service: 'test' })
    let time = start
    let asked = 0
    const tables: Tables = {
      openIntents: async () => [
        { kind: 'payment', ages: { under_1m: 2, under_1h: 0, older: 1 }, oldest: before(7_200) },
        { kind: 'refund', ages: { under_1m: 0, under_1h: 0, older: 0 }, oldest: undefined },
      ],
      outcomes: async () => [{ outcome: 'confirmed', orders: 7 }],
      unconfirmed: async () => 3,
      async standing() {
        asked += 1
        return [
          // Its customer is asked for the payment.
          standing(600, { order: 'placed', reservation: 'reserved', linesHeld: 1, payment: paying }),
          // Nobody gives its stock back.
          standing(300, { order: 'cancelled', reservation: 'reserved', linesHeld: 2, payment: voided }),
        ]
      },
    }
    const pass = tableMetrics({ registry, tables, standsStillAfterMs: 60_000, now: () => new Date(time) })
    return {
      pass,
      asked: () => asked,
      wait: (seconds: number) => {
        time += seconds * 1_000
      },
      values: async (name: string) =>
        (await registry.getSingleMetric(name)?.get())?.values.map(({ labels: { service: _, ...labels }, value }) => [
          ...Object.values(labels),
          value,
        ]),
    }
  }

  it('say what is open and how old the oldest is, also of what nothing is open of', async () => {
    const { pass, values } = counting()
    await pass()
    expect(await values('open_intents')).to.deep.equal([
      ['payment', 'under_1m', 2],
      ['payment', 'under_1h', 0],
      ['payment', 'older', 1],
      ['refund', 'under_1m', 0],
      ['refund', 'under_1h', 0],
      ['refund', 'older', 0],
    ])
    expect(await values('open_intent_oldest_seconds')).to.deep.equal([
      ['payment', 7_200],
      ['refund', 0],
    ])
    expect(await values('order_outcomes')).to.deep.equal([['confirmed', 7]])
    expect(await values('orders_unconfirmed')).to.deep.equal([[3]])
  })

  it('tell orders that wait for us from those that wait for others, and see stock that a closed order holds', async () => {
    const { pass, values } = counting()
    await pass()
    expect(await values('orders_standing_still')).to.deep.equal([
      ['us', 1],
      ['others', 1],
    ])
    expect(await values('order_stuck_oldest_seconds')).to.deep.equal([[300]])
    expect(await values('stock_lines_held_by_closed_orders')).to.deep.equal([[2]])
  })

  it('cost a few questions in ten seconds, however often they are asked for', async () => {
    const { pass, asked, wait, values } = counting()
    for (let second = 0; second < 30; second += 1) {
      await pass()
      await values('orders_unconfirmed')
      wait(1)
    }
    expect(asked()).to.equal(3)
  })

  it('fall silent where nobody counts any more, and grow older until then', async () => {
    const { pass, wait, values } = counting()
    await pass()
    wait(30)
    expect(await values('order_stuck_oldest_seconds')).to.deep.equal([[330]])
    wait(1)
    for (const name of ['open_intents', 'orders_unconfirmed', 'order_stuck_oldest_seconds', 'orders_standing_still'])
      expect(await values(name), name).to.deep.equal([])
  })
})

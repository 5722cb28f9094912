import { expect } from 'chai'
import { standingOf } from '../../domain/orders/at-rest.ts'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import { drivenOrders } from './driven-orders.ts'
import type { Driven } from './progress.ts'

describe('what came of orders that stood still', () => {
  it('is counted; a loss, and what is refused, is told to a person, and nothing else is', async () => {
    const registry = createRegistry({ service: 'test', processMetrics: false })
    const errors: unknown[] = []
    const report = drivenOrders(registry, {
      error: (message, fields) => {
        errors.push([message, fields])
      },
    })
    const movedAt = new Date(0)
    const payment = standingOf({ status: 'none' })
    const order = {
      orderId: 'o',
      movedAt,
      eventId: 'e',
      progress: { order: 'placed', reservation: 'none', linesHeld: 0, payment },
    } as const
    const driven: readonly Driven[] = [
      { kind: 'behind' },
      { kind: 'parked' },
      { kind: 'driven', written: [], refusals: [], wasBehind: false, traceId: 't' },
      { kind: 'driven', written: ['OrderConfirmed'], refusals: [], wasBehind: false, traceId: 't' },
      {
        kind: 'driven',
        written: [],
        refusals: ['OrderShipped by inventory: reservation_not_held'],
        wasBehind: true,
        traceId: 't',
      },
      { kind: 'driven', written: ['OrderRejected'], refusals: [], wasBehind: true, traceId: 't' },
    ]
    for (const one of driven) report(order, one)
    const told = { correlationId: 'o', traceId: 't', orderId: 'o', stoodStillSince: movedAt }
    expect(errors).to.deep.equal([
      [
        'an order stood still, and has been driven on: a message of it was lost',
        { ...told, written: ['OrderConfirmed'] },
      ],
      [
        'an order stands still, and an event of it is refused',
        { ...told, refusals: ['OrderShipped by inventory: reservation_not_held'] },
      ],
      [
        'an order stood still, and has been driven on: a message of it has not been handled for too long',
        { ...told, written: ['OrderRejected'] },
      ],
    ])
    const counted = (await registry.getMetricsAsJSON()).find(({ name }) => name === 'standing_orders_total')
    expect(counted?.values.map(({ labels, value }) => [labels['result'], value])).to.have.deep.members([
      ['behind', 1],
      ['parked', 1],
      ['nothing', 1],
      ['lost', 1],
      ['refused', 1],
      ['late', 1],
    ])
  })
})

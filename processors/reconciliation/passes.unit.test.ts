import { expect } from 'chai'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import type { Found } from './healing.ts'
import type { EndedSweep, Range } from './marks.ts'
import { reconciliationMetrics } from './metrics.ts'
import { createReconciliationPass } from './passes.ts'
import type { Reconciliation, ReconcileOptions } from './reconcile.ts'

const minute = 60_000
const day = 24 * 60 * minute
const start = Date.parse('2026-03-01T12:00:00Z')

const difference: Found = {
  kind: 'not_paid_there',
  of: 'payment',
  orderId: '11111111-1111-5111-8111-111111111111',
  id: 'pi_1',
  there: undefined,
  here: { amount: 1_000, currency: 'EUR' },
  remedy: { kind: 'operator' },
  state: 'left',
}

const setUp = ({
  last = {},
  first,
  lookEveryMs = 1_000,
}: {
  readonly last?: Partial<Record<Range, Date>>
  readonly first?: Date
  readonly lookEveryMs?: number
} = {}) => {
  const time = { now: start }
  const ended: Partial<Record<Range, EndedSweep>> = Object.fromEntries(
    Object.entries(last).map(([range, begunAt]) => [range, { begunAt, found: [] }]),
  )
  const asked: ReconcileOptions[] = []
  const lines: string[] = []
  const next: { found: readonly Found[]; stopped: string | undefined; broken: Error | undefined } = {
    found: [],
    stopped: undefined,
    broken: undefined,
  }
  const registry = createRegistry({ service: 'test' })
  const draining = new AbortController()
  const log = (level: string) => (message: string) => {
    if (level !== 'info') lines.push(`${level}: ${message}`)
  }
  const pass = createReconciliationPass({
    reconcile: async (options): Promise<Reconciliation> => {
      asked.push(options)
      const { broken, ...told } = next
      if (broken !== undefined) throw broken
      const compared = { payments: 0, refunds: 0, disputes: 0, movedHere: 0, intents: 0 }
      const { since, disputesSince } = options
      return { begunAt: new Date(time.now), since, disputesSince, compared, ...told }
    },
    marks: {
      last: async (range) => ended[range],
      first: async () => first,
    },
    settings: {
      recent: { everyMs: 5 * minute, backMs: 60 * minute },
      full: { everyMs: day, backMs: 31 * day, disputesBackMs: 180 * day },
    },
    now: () => new Date(time.now),
    draining: draining.signal,
    measure: reconciliationMetrics(registry, () => new Date(time.now), lookEveryMs),
    logger: { info: log('info'), warn: log('warn'), error: log('error') },
  })
  const ranges = async () => {
    asked.length = 0
    await pass()
    return asked.map(({ range }) => range)
  }
  const values = async () =>
    (await registry.metrics())
      .split('\n')
      .filter((line) => /^payment_(drift|reconciled)/.test(line) && line.includes('recent') && !line.endsWith(' 0'))
      .map((line) => line.replace('service="test"', '').replace(',}', '}'))
  return { time, asked, lines, next, registry, draining, ranges, ended, values }
}

describe('when payments are compared with the provider', () => {
  it('is some minutes after the first start of all, then every five minutes, and all of it once a day', async () => {
    const { time, ranges, asked } = setUp()
    expect(await ranges()).to.deep.equal([])
    time.now += 5 * minute
    expect(await ranges()).to.deep.equal(['full', 'recent'])
    const back = (time: Date, now: number) => now - time.getTime()
    expect(asked.map(({ since }) => back(since, time.now))).to.deep.equal([31 * day, 60 * minute])
    expect(asked.map(({ disputesSince }) => back(disputesSince, time.now))).to.deep.equal([180 * day, 60 * minute])
    expect(await ranges()).to.deep.equal([])
    time.now += 5 * minute
    expect(await ranges()).to.deep.equal(['recent'])
    time.now += day
    expect(await ranges()).to.deep.equal(['full', 'recent'])
  })

  it('is counted over restarts', async () => {
    const { time, ranges } = setUp({ last: { full: new Date(start - minute), recent: new Date(start - 4 * minute) } })
    expect(await ranges()).to.deep.equal([])
    time.now += minute
    expect(await ranges()).to.deep.equal(['recent'])
  })

  it('is a minute later when it was stopped', async () => {
    const { time, ranges, next } = setUp({ last: { full: new Date(start), recent: new Date(start - 5 * minute) } })
    next.stopped = 'the provider is away'
    expect(await ranges()).to.deep.equal(['recent'])
    expect(await ranges()).to.deep.equal([])
    time.now += minute
    expect(await ranges()).to.deep.equal(['recent'])
  })

  it('is a minute later when it broke', async () => {
    const { time, ranges, next } = setUp({ last: { full: new Date(start), recent: new Date(start - 5 * minute) } })
    next.broken = new Error('of no passing kind')
    expect(await ranges().catch((error: unknown) => error)).to.equal(next.broken)
    next.broken = undefined
    expect(await ranges()).to.deep.equal([])
    time.now += minute
    expect(await ranges()).to.deep.equal(['recent'])
  })

  it('is never while the process drains', async () => {
    const { ranges, draining } = setUp({ last: { full: new Date(0), recent: new Date(0) } })
    draining.abort()
    expect(await ranges()).to.deep.equal([])
  })
})

describe('what operators are told of payments that differ', () => {
  const due = { full: new Date(start), recent: new Date(start - 5 * minute) }

  it('is an error in the log, once for each', async () => {
    const { time, ranges, next, lines } = setUp({ last: due })
    next.found = [difference]
    await ranges()
    time.now += 5 * minute
    await ranges()
    expect(lines).to.deep.equal(['error: a payment differs from the provider: an operator has to look'])
    time.now += 5 * minute
    next.found = [{ ...difference, id: 'pi_2' }]
    await ranges()
    expect(lines).to.have.length(2)
  })

  it('is a warning where it has been recorded', async () => {
    const { ranges, next, lines } = setUp({ last: due })
    next.found = [{ ...difference, kind: 'paid_there', state: 'healed' }]
    await ranges()
    expect(lines).to.deep.equal(['warn: a payment differed from the provider, and has been recorded'])
  })

  it('is measured, in count and in money, by the last sweep that came to its end', async () => {
    const { time, ranges, next, values } = setUp({ last: due })
    const inYen = { ...difference, id: 'pi_3', here: { amount: 1_999, currency: 'JPY' } }
    next.found = [difference, { ...difference, id: 'pi_2' }, inYen]
    await ranges()
    const counted = [
      'payment_drift{range="recent",kind="not_paid_there",state="left"} 3',
      'payment_drift_amount{range="recent",kind="not_paid_there",state="left",currency="EUR"} 20',
      'payment_drift_amount{range="recent",kind="not_paid_there",state="left",currency="JPY"} 1999',
      `payment_reconciled_timestamp_seconds{range="recent"} ${start / 1_000}`,
    ]
    expect(await values()).to.deep.equal(counted)

    time.now += 5 * minute
    Object.assign(next, { found: [], stopped: 'the provider is away' })
    await ranges()
    expect(await values(), 'stopped').to.deep.equal(counted)

    time.now += 5 * minute
    next.stopped = undefined
    await ranges()
    expect(await values()).to.deep.equal([`payment_reconciled_timestamp_seconds{range="recent"} ${time.now / 1_000}`])
  })

  const left = (count: number) => [{ kind: 'not_paid_there', state: 'left', count, amounts: {} }] as const
  const drift = (count: number) => `payment_drift{range="recent",kind="not_paid_there",state="left"} ${count}`
  const reconciledAt = (at: number) => `payment_reconciled_timestamp_seconds{range="recent"} ${at / 1_000}`

  it('is measured by a process that has only just started, as the one before it has found it', async () => {
    const { ranges, ended, values } = setUp()
    ended.recent = { begunAt: new Date(start - minute), found: left(3) }
    expect(await ranges()).to.deep.equal([])
    expect(await values()).to.deep.equal([drift(3), reconciledAt(start - minute)])
  })

  it('is told by the one that compares: another that did so before tells of it no more', async () => {
    const { time, ranges, next, ended, values } = setUp({ last: due })
    next.found = [difference]
    await ranges()
    expect(await values()).to.include(drift(1))
    // It has lost its place to another, which finds nothing any more.
    time.now += 4 * minute
    expect(await values()).to.deep.equal([reconciledAt(start)])
    // And has its place again.
    ended.recent = { begunAt: new Date(time.now - minute), found: left(2) }
    expect(await ranges()).to.deep.equal([])
    expect(await values()).to.deep.equal([drift(2), reconciledAt(time.now - minute)])
  })

  it('is told also between looks that are far apart', async () => {
    const { time, ranges, next, values } = setUp({ last: due, lookEveryMs: 5 * minute })
    next.found = [difference]
    await ranges()
    time.now += 14 * minute
    expect(await values()).to.include(drift(1))
    time.now += 2 * minute
    expect(await values()).to.not.include(drift(1))
  })

  it('has a time that grows old where no sweep has ever come to its end', async () => {
    const { time, ranges, next, values } = setUp()
    next.stopped = 'the key may not list disputes'
    for (let times = 0; times < 90; times += 1) {
      await ranges()
      time.now += minute
    }
    expect(await values()).to.deep.equal([reconciledAt(start)])
  })

  it('has that time over restarts, from the first sweep of any kind that did come to its end', async () => {
    const first = new Date(start - 3 * day)
    const { ranges, registry } = setUp({ last: { recent: new Date(start - minute) }, first })
    await ranges()
    const at = (await registry.metrics()).split('\n').filter((line) => /^payment_reconciled.*range="full"/.test(line))
    expect(at.map((line) => Number(line.split(' ').at(-1)))).to.deep.equal([first.getTime() / 1_000])
  })
})

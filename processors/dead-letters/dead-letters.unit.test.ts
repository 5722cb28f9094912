import { expect } from 'chai'
import type { ParkedMessage, StoredEvent } from '../../infrastructure/event-store/port.ts'
import { createRateLimit } from '../../infrastructure/http/rate-limit.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import type { Outcome } from '../../infrastructure/subscriptions/outcome.ts'
import { authenticateInTests, callerOf, tokenOf } from '../../test/specifications/api.ts'
import { buildProcessorsApp } from '../app.ts'
import { keyOf } from '../groups.ts'
import { wholeDeadLetterText } from './cli-output.ts'
import { deadLetterOf } from './dead-letter.ts'
import { createDeadLetters } from './dead-letters.ts'
import type { Resolution, Resolutions } from './resolutions.ts'

const now = new Date('2026-01-05T10:00:00.000Z')
const groups = ['order', 'inventory', 'payment', 'notification']

const event = (n: number): StoredEvent => ({
  id: `id-${n}`,
  stream: `order-o${n}`,
  type: 'OrderPlaced',
  revision: 0n,
  position: { commit: BigInt(n), prepare: BigInt(n) },
  created: new Date('2026-01-05T09:00:00.000Z'),
  data: { name: 'somebody' },
  metadata: {},
})
const parked = (number: number, changes: Partial<ParkedMessage> = {}): ParkedMessage => ({
  number: BigInt(number),
  parkedAt: new Date('2026-01-05T09:59:00.000Z'),
  event: event(number),
  reason: JSON.stringify({ code: 'schema_mismatch', message: 'no lines', attempts: 1, handlerVersion: '1' }),
  ...changes,
})

const inMemoryResolutions = (written: string[]): Resolutions => {
  const rows = new Map<string, Resolution>()
  const change = (group: string, number: bigint, changes: Partial<Resolution>) => {
    const row = rows.get(`${group} ${number}`)
    if (row !== undefined) rows.set(`${group} ${number}`, { ...row, ...changes })
  }
  return {
    of: async (group, numbers) =>
      new Map(
        numbers.flatMap((number) => {
          const row = rows.get(`${group} ${number}`)
          return row === undefined ? [] : [[number, row]]
        }),
      ),
    async retry(group, number, by) {
      const row = rows.get(`${group} ${number}`)
      if (row?.resolvedAt !== undefined) return false
      written.push(`retry by ${by}`)
      rows.set(`${group} ${number}`, {
        kind: 'retry',
        decidedBy: by,
        retries: (row?.retries ?? 0) + 1,
        resolvedAt: undefined,
        lastFailure: undefined,
      })
      return true
    },
    async resolve(group, number, at) {
      written.push('resolved')
      change(group, number, { resolvedAt: at })
    },
    async failed(group, number, failure) {
      written.push('failed')
      change(group, number, { lastFailure: failure })
    },
  }
}

const office = (deadLetters: Readonly<Record<string, readonly ParkedMessage[]>>) => {
  const written: string[] = []
  const answers: (Outcome | Error)[] = []
  const all = createDeadLetters({
    groups,
    store: {
      async *parkedMessages(group, { from = 0n, limit = Infinity } = {}) {
        for (const message of (deadLetters[group] ?? []).filter(({ number }) => number >= from).slice(0, limit))
          yield message
      },
    },
    resolutions: inMemoryResolutions(written),
    keyOf,
    submitTo: (group) =>
      group === 'inventory'
        ? undefined
        : async (submitted) => {
            written.push(`submitted ${submitted.id}`)
            const answer = answers.shift() ?? 'done'
            if (answer instanceof Error) throw answer
            return answer
          },
    now: () => now,
    log: () => undefined,
  })
  const app = buildProcessorsApp({
    deadLetters: all,
    groups,
    statuses: () => new Map([['order', { state: 'paused', reason: 'the event store is away', inFlight: 0 }]]),
    followUps: () => ({ state: { role: 'active' }, projections: [] }),
    authenticate: authenticateInTests(),
    rateLimit: createRateLimit({ RATE_LIMIT_PER_SECOND: 1_000, RATE_LIMIT_BURST: 1_000 }),
    logger: silentLogger,
    registry: createRegistry({ service: 'test' }),
    checkAnswers: true,
  })
  const operator = callerOf(app, tokenOf('olga', ['operator']))
  return { app, operator, all, written, answers }
}

const shown = (group: string, number: number, changes: object = {}) => ({
  group,
  number,
  parkedAt: '2026-01-05T09:59:00.000Z',
  ageSeconds: 60,
  key: `o${number}`,
  reason: { code: 'schema_mismatch', message: 'no lines', attempts: 1, handlerVersion: '1' },
  attempts: 0,
  lastFailure: null,
  settled: null,
  event: {
    id: `id-${number}`,
    stream: `order-o${number}`,
    revision: 0,
    type: 'OrderPlaced',
    recordedAt: '2026-01-05T09:00:00.000Z',
  },
  ...changes,
})

describe('dead letters', () => {
  it('are listed over all groups and by group, without the content of their events', async () => {
    const { operator } = office({ payment: [parked(3)], order: [parked(0)] })
    await operator
      .get('/v1/dead-letters')
      .answers(200, { items: [shown('order', 0), shown('payment', 3)], nextCursor: null })
    await operator.get('/v1/dead-letters/payment').answers(200, { items: [shown('payment', 3)], nextCursor: null })
    await operator.get('/v1/dead-letters/inventory').answers(200, { items: [], nextCursor: null })
  })

  it('come in pages that go on in the next group', async () => {
    const { operator } = office({ order: [parked(0), parked(4)], payment: [parked(2)] })
    await operator.get('/v1/dead-letters?limit=1').answers(200, { items: [shown('order', 0)], nextCursor: 'order/4' })
    await operator
      .get('/v1/dead-letters?limit=1&cursor=order/4')
      .answers(200, { items: [shown('order', 4)], nextCursor: 'payment/2' })
    await operator
      .get('/v1/dead-letters?limit=1&cursor=payment/2')
      .answers(200, { items: [shown('payment', 2)], nextCursor: null })
    await operator.get('/v1/dead-letters/order?cursor=payment/2').isRefused(404, 'not_found')
  })

  it('are shown one by one, with the content; also when the original is gone, and when the server parked them', async () => {
    const { operator } = office({
      order: [parked(0), parked(1, { event: undefined, reason: 'Max retry count exceeded' })],
    })
    await operator
      .get('/v1/dead-letters/order/0')
      .answers(200, { ...shown('order', 0), data: { name: 'somebody' }, metadata: {} })
    await operator.get('/v1/dead-letters/order/1').answers(200, {
      ...shown('order', 1, {
        event: null,
        key: null,
        reason: { code: 'parked_by_server', message: 'Max retry count exceeded' },
      }),
      data: null,
      metadata: null,
    })
    await operator.get('/v1/dead-letters/order/2').isRefused(404, 'not_found')
    await operator.get('/v1/dead-letters/nobody/0').isRefused(404, 'not_found')
    for (const none of ['x', '-1', '18446744073709551615', '9007199254740993']) {
      await operator.get(`/v1/dead-letters/order/${none}`).isRefused(400, 'invalid_request', ['number'])
    }
  })

  it('are shown also when they are the end of a deleted stream, whose number JSON does not carry', async () => {
    const { operator } = office({ order: [parked(0, { event: { ...event(0), revision: 2n ** 63n - 1n } })] })
    await operator.get('/v1/dead-letters').answers(200, {
      items: [shown('order', 0, { event: { ...shown('order', 0).event, revision: null } })],
      nextCursor: null,
    })
    const deadLetter = deadLetterOf({
      group: 'order',
      message: parked(0, { event: { ...event(0), revision: 2n ** 63n - 1n } }),
      resolution: undefined,
      keyOf,
      now,
    })
    expect(wholeDeadLetterText({ ...deadLetter, data: {}, metadata: {} })).to.include(
      'OrderPlaced id-0, order-o0, 2026-01-05T09:00:00.000Z',
    )
  })

  it('are for operators alone', async () => {
    const { app } = office({})
    await callerOf(app, tokenOf('ann', ['customer']))
      .get('/v1/dead-letters')
      .isRefused(403, 'forbidden')
    await callerOf(app).get('/v1/dead-letters').isRefused(401, 'unauthorized')
    await callerOf(app, tokenOf('ann', ['customer']))
      .post('/v1/dead-letters/order/0/retry', {})
      .isRefused(403, 'forbidden')
  })

  it('are retried by the same handler: written down, done, resolved, in this order; and once', async () => {
    const { operator, all, written } = office({ order: [parked(0)] })
    await operator.post('/v1/dead-letters/order/0/retry', {}).answers(202, { group: 'order', number: 0 })
    await all.drained()
    expect(written).to.deep.equal(['retry by olga', 'submitted id-0', 'resolved'])
    await operator.get('/v1/dead-letters').answers(200, { items: [], nextCursor: null })
    const settled = shown('order', 0, { attempts: 1, settled: { at: now.toISOString(), by: 'olga', verdict: 'retry' } })
    await operator.get('/v1/dead-letters?settled=true').answers(200, { items: [settled], nextCursor: null })
    await operator.post('/v1/dead-letters/order/0/retry', {}).isRefused(409, 'already_settled')
    expect(written).to.have.length(3)
  })

  it('stay when they cannot be handled this time either, and say why', async () => {
    const { operator, all, answers } = office({ order: [parked(0)] })
    const expectFailure = async (answer: Outcome | Error, attempts: number, lastFailure: string) => {
      answers.push(answer)
      await operator.post('/v1/dead-letters/order/0/retry', {}).answers(202)
      await all.drained()
      await operator
        .get('/v1/dead-letters')
        .answers(200, { items: [shown('order', 0, { attempts, lastFailure })], nextCursor: null })
    }
    await expectFailure({ park: { code: 'schema_mismatch', message: 'no lines' } }, 1, 'schema_mismatch: no lines')
    await expectFailure({ retry: 100, reason: 'conflict' }, 2, 'not now: conflict')
    await expectFailure(new Error('the group is paused'), 3, 'the group is paused')
  })

  it('are not retried where the group does not run, or the original is gone', async () => {
    const { operator, written } = office({ inventory: [parked(0)], order: [parked(1, { event: undefined })] })
    await operator.post('/v1/dead-letters/inventory/0/retry', {}).isRefused(503, 'group_not_running')
    await operator.post('/v1/dead-letters/order/1/retry', {}).isRefused(409, 'original_gone')
    await operator.post('/v1/dead-letters/order/7/retry', {}).isRefused(404, 'not_found')
    expect(written).to.deep.equal([])
  })

  it('stand beside a readiness that says which group is paused, and why', async () => {
    const { app } = office({})
    await callerOf(app)
      .get('/health/ready')
      .answers(503, {
        status: 'not ready',
        reasons: [{ name: 'groups', reason: 'order is paused: the event store is away' }],
      })
  })
})

import { expect } from 'chai'
import { createRateLimit } from '../../infrastructure/http/rate-limit.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import type { Outcome } from '../../infrastructure/subscriptions/outcome.ts'
import { deskGroups, deskInMemory } from '../../test/processors/desk.ts'
import { eventOf, parkedAt } from '../../test/processors/parked-streams.ts'
import { authenticateInTests, callerOf, tokenOf } from '../../test/specifications/api.ts'
import { buildProcessorsApp } from '../app.ts'
import { wholeDeadLetterText } from './cli-output.ts'

const office = () => {
  const whole = deskInMemory()
  const app = buildProcessorsApp({
    deadLetters: whole.desk,
    groups: deskGroups,
    statuses: () => new Map([['order', { state: 'paused', reason: 'the event store is away', inFlight: 0 }]]),
    followUps: () => ({ state: { role: 'active' }, projections: [] }),
    authenticate: authenticateInTests(),
    rateLimit: createRateLimit({ RATE_LIMIT_PER_SECOND: 1_000, RATE_LIMIT_BURST: 1_000 }),
    logger: silentLogger,
    registry: createRegistry({ service: 'test' }),
    checkAnswers: true,
  })
  const operator = callerOf(app, tokenOf('olga', ['operator']))
  return { ...whole, app, operator }
}

const settledAt = '2026-01-05T10:00:00.000Z'

const shown = (group: string, number: number, order: string, changes: object = {}) => ({
  group,
  number,
  parkedAt: '2026-01-05T09:59:00.000Z',
  ageSeconds: 60,
  key: order,
  reason: { code: 'schema_mismatch', message: 'no lines', attempts: 1, handlerVersion: '1' },
  code: 'schema_mismatch',
  attempts: 0,
  lastFailure: null,
  waitsFor: null,
  waiting: 0,
  resolvedBefore: [],
  settled: null,
  event: {
    id: `${order}-0`,
    stream: `order-${order}`,
    revision: 0,
    type: 'OrderPlaced',
    recordedAt: '2026-01-05T09:00:00.000Z',
  },
  ...changes,
})
const page = (...items: readonly object[]) => ({ items, nextCursor: null })
const nothingMore = {
  history: [],
  recent: [],
  waitingLetters: [],
  retryWould: { commands: [], intents: [], failure: null },
}
describe('dead letters', () => {
  it('are listed over all groups and by group, without the content of their events', async () => {
    const { operator, streams } = office()
    streams.park('order', eventOf('a', 0), 'schema_mismatch')
    streams.park('payment', eventOf('b', 0), 'schema_mismatch')
    await operator.get('/v1/dead-letters').answers(200, page(shown('order', 0, 'a'), shown('payment', 0, 'b')))
    await operator.get('/v1/dead-letters/payment').answers(200, page(shown('payment', 0, 'b')))
    await operator.get('/v1/dead-letters/inventory').answers(200, page())
  })

  it('come in pages that go on in the next group', async () => {
    const { operator, streams } = office()
    streams.park('order', eventOf('a', 0), 'schema_mismatch')
    streams.park('order', eventOf('b', 0), 'schema_mismatch')
    streams.park('payment', eventOf('c', 0), 'schema_mismatch')
    const next = (limit: string) => operator.get(`/v1/dead-letters?limit=1${limit}`)
    await next('').answers(200, { items: [shown('order', 0, 'a')], nextCursor: 'order/1' })
    await next('&cursor=order/1').answers(200, { items: [shown('order', 1, 'b')], nextCursor: 'payment/0' })
    await next('&cursor=payment/0').answers(200, page(shown('payment', 0, 'c')))
    await operator.get('/v1/dead-letters/order?cursor=payment/2').isRefused(404, 'not_found')
  })

  it('are chosen by type, reason, age and key', async () => {
    const { operator, streams } = office()
    streams.park('order', eventOf('a', 0), 'schema_mismatch')
    streams.park('order', eventOf('b', 0, { type: 'OrderShipped' }), 'unexpected_error')
    const numbers = async (query: string) => {
      const { body } = await operator.get(`/v1/dead-letters?${query}`).answers(200)
      return (body as { items: readonly { number: number }[] }).items.map(({ number }) => number)
    }
    expect(await numbers('type=OrderShipped')).to.deep.equal([1])
    expect(await numbers('reason=schema_mismatch')).to.deep.equal([0])
    expect(await numbers('key=b')).to.deep.equal([1])
    expect(await numbers('key=b&reason=schema_mismatch')).to.deep.equal([])
    expect(await numbers('olderThanSeconds=59')).to.deep.equal([0, 1])
    expect(await numbers('olderThanSeconds=60')).to.deep.equal([])
    await operator.get('/v1/dead-letters?nonsense=1').isRefused(400, 'invalid_request', ['nonsense'])
  })

  it('are shown one by one, with the content; also when the original is gone, and when the server parked them', async () => {
    const { operator, streams } = office()
    streams.park('order', eventOf('a', 0, { data: { name: 'somebody' } }), 'schema_mismatch')
    streams.park('order', undefined, 'schema_mismatch')
    const { body } = await operator.get('/v1/dead-letters/order/0').answers(200)
    const { retryWould, ...rest } = body as { retryWould: { failure: string } }
    expect(retryWould.failure).to.contain('metadata_mismatch')
    const { retryWould: _, ...more } = nothingMore
    expect(rest).to.deep.equal({ ...shown('order', 0, 'a'), ...more, data: { name: 'somebody' }, metadata: {} })
    await operator.get('/v1/dead-letters/order/1').answers(200, {
      ...shown('order', 1, 'x', { event: null, key: null }),
      ...nothingMore,
      data: null,
      metadata: null,
    })
    await operator.get('/v1/dead-letters/order/2').isRefused(404, 'not_found')
    await operator.get('/v1/dead-letters/nobody/0').isRefused(404, 'not_found')
    for (const none of ['x', '-1', '18446744073709551615', '9007199254740993']) {
      await operator.get(`/v1/dead-letters/order/${none}`).isRefused(400, 'invalid_request', ['number'])
    }
  })

  it('say what waits behind them, what a retry would do, and what has happened to their order', async () => {
    const { operator, streams, events, desk } = office()
    const metadata = {
      $correlationId: '0b3f5f3a-7a53-4b5e-9d26-0d7b3f9f2b11',
      $causationId: '0b3f5f3a-7a53-4b5e-9d26-0d7b3f9f2b12',
      commandId: 'c1',
      schemaVersion: 1,
      actor: { type: 'system', id: 'test' },
      occurredAt: '2026-01-05T09:00:00.000Z',
    }
    const orderId = '0b3f5f3a-7a53-4b5e-9d26-0d7b3f9f2b13'
    const voided = { type: 'PaymentVoided', data: { orderId, reason: 'order_cancelled' }, metadata }
    streams.park('order', eventOf('a', 3, voided), 'unexpected_error')
    streams.park('order', eventOf('a', 5), 'waits_behind')
    streams.park('order', eventOf('a', 4), 'waits_behind')
    events.push(eventOf('a', 2), eventOf('a', 6, { stream: 'payment-a', type: 'PaymentRequested' }))
    const first = await desk.one({ group: 'order', number: 0n })
    expect(first).to.deep.include({ waiting: 2, waitsFor: null, waitingLetters: [1, 2] })
    expect(first?.retryWould).to.deep.equal({
      commands: ['React to PaymentVoided'],
      intents: ['payment e2d6eb8e-d2e7-5d4a-a179-746845875f5e'],
      failure: null,
    })
    expect(first?.recent).to.deep.equal([
      { type: 'PaymentRequested', at: '2026-01-05T09:00:06.000Z', place: 'payment-a@6' },
      { type: 'OrderPlaced', at: '2026-01-05T09:00:02.000Z', place: 'order-a@2' },
    ])
    const { body } = await operator.get('/v1/dead-letters/order').answers(200)
    const { items } = body as { items: readonly { waiting: number; waitsFor: number | null }[] }
    expect(items.map(({ waiting, waitsFor }) => [waiting, waitsFor])).to.deep.equal([
      [2, null],
      [0, 0],
      [1, 0],
    ])
  })

  it('are shown also when they are the end of a deleted stream, whose number JSON does not carry', async () => {
    const { operator, streams, desk } = office()
    streams.park('order', eventOf('a', 0, { revision: 2n ** 63n - 1n }), 'schema_mismatch')
    const { event } = shown('order', 0, 'a')
    const endless = { event: { ...event, revision: null } }
    await operator.get('/v1/dead-letters').answers(200, page(shown('order', 0, 'a', endless)))
    const whole = await desk.one({ group: 'order', number: 0n })
    expect(whole && wholeDeadLetterText(whole)).to.include('OrderPlaced a-0, order-a, 2026-01-05T09:00:00.000Z')
  })

  it('are for operators alone', async () => {
    const { app } = office()
    const ann = callerOf(app, tokenOf('ann', ['customer']))
    await ann.get('/v1/dead-letters').isRefused(403, 'forbidden')
    await callerOf(app).get('/v1/dead-letters').isRefused(401, 'unauthorized')
    await ann.post('/v1/dead-letters/order/0/retry', {}).isRefused(403, 'forbidden')
    await ann.post('/v1/dead-letters/order/0/discard', { why: 'x' }).isRefused(403, 'forbidden')
  })

  it('are retried by the same handler, once, and stay to be looked at when the event store has let them go', async () => {
    const { operator, decisions, submitted, streams, events, audit } = office()
    events.push(eventOf('a', 0, { data: { name: 'somebody' } }))
    streams.park('order', events[0], 'schema_mismatch')
    await operator.post('/v1/dead-letters/order/0/retry', {}).answers(202, { group: 'order', number: 0 })
    await decisions.drained()
    expect(submitted).to.deep.equal(['a-0'])
    await operator.get('/v1/dead-letters').answers(200, page())
    const settled = { attempts: 1, settled: { at: settledAt, by: 'olga', verdict: 'retry', why: null } }
    const history = await audit.of('order', 0n, undefined)
    expect(history).to.have.length(1)
    const look = async () => {
      await operator.get('/v1/dead-letters?settled=true').answers(200, page(shown('order', 0, 'a', settled)))
      const { body } = await operator.get('/v1/dead-letters/order/0').answers(200)
      expect(body).to.deep.include({ data: { name: 'somebody' }, settled: settled.settled })
      await operator.post('/v1/dead-letters/order/0/retry', {}).isRefused(409, 'already_settled')
      await operator.post('/v1/dead-letters/order/0/discard', { why: 'x' }).isRefused(409, 'already_settled')
    }
    await look()
    streams.begins('order', 1)
    await look()
    expect(submitted).to.have.length(1)
  })

  it('are discarded with a reason, once', async () => {
    const { operator, submitted, streams } = office()
    streams.park('order', eventOf('a', 0), 'schema_mismatch')
    streams.park('order', undefined, 'schema_mismatch')
    const discard = (number: number, body: object) => operator.post(`/v1/dead-letters/order/${number}/discard`, body)
    for (const why of ['', ' ', 'x'.repeat(501)]) await discard(0, { why }).isRefused(400, 'invalid_request', ['why'])
    await discard(0, {}).isRefused(400, 'invalid_request', ['why'])
    await discard(0, { why: 'of no use' }).answers(202, { group: 'order', number: 0 })
    await discard(0, { why: 'again' }).isRefused(409, 'already_settled')
    await discard(1, { why: 'gone' }).answers(202)
    await discard(7, { why: 'x' }).isRefused(404, 'not_found')
    await operator.get('/v1/dead-letters').answers(200, page())
    const { body } = await operator.get('/v1/dead-letters/order/0').answers(200)
    const settled = { at: settledAt, by: 'olga', verdict: 'discard', why: 'of no use' }
    expect(body).to.deep.include({
      settled,
      history: [{ number: 0, what: 'discard', by: 'olga', at: settledAt, why: 'of no use', outcome: 'discarded' }],
    })
    expect(submitted).to.deep.equal([])
  })

  it('stay when they cannot be handled this time either, and say why', async () => {
    const { operator, decisions, answers, streams } = office()
    streams.park('order', eventOf('a', 0), 'schema_mismatch')
    const expectFailure = async (answer: Outcome | Error, changes: object) => {
      answers.push(answer)
      await operator.post('/v1/dead-letters/order/0/retry', {}).answers(202)
      await decisions.drained()
      await operator.get('/v1/dead-letters').answers(200, page(shown('order', 0, 'a', changes)))
    }
    const lastFailure = 'unknown_version: too new'
    const code = 'unknown_version'
    await expectFailure({ park: { code, message: 'too new' } }, { attempts: 1, lastFailure, code })
    const conflict = { attempts: 2, lastFailure: 'not now: conflict', code }
    await expectFailure({ retry: 100, reason: 'conflict' }, conflict)
    await expectFailure(new Error('the group is paused'), { attempts: 3, lastFailure: 'the group is paused', code })
  })

  it('of one key are retried in their order, and one at a time', async () => {
    const { operator, decisions, streams, answers } = office()
    streams.park('order', eventOf('a', 2), 'schema_mismatch')
    streams.park('order', eventOf('a', 1), 'schema_mismatch')
    const retry = (number: number) => operator.post(`/v1/dead-letters/order/${number}/retry`, {})
    const { text } = await retry(0).isRefused(409, 'waits_behind')
    expect(text).to.contain('order 1')
    let go: (outcome: Outcome) => void = () => undefined
    answers.push(new Promise((resolve) => (go = resolve)))
    await retry(1).answers(202)
    await retry(1).isRefused(409, 'under_way')
    await operator.post('/v1/dead-letters/order/1/discard', { why: 'x' }).isRefused(409, 'under_way')
    go('done')
    await decisions.drained()
    await retry(0).answers(202)
    await decisions.drained()
    await operator.get('/v1/dead-letters').answers(200, page())
  })

  it('say so when their event was settled before and has come back', async () => {
    const { operator, desk, streams } = office()
    streams.park('order', eventOf('a', 0), 'schema_mismatch')
    await desk.discard({ group: 'order', number: 0n }, 'olga', 'of no use')
    streams.begins('order', 1)
    streams.park('order', eventOf('a', 0), 'schema_mismatch')
    await operator.get('/v1/dead-letters').answers(200, page(shown('order', 1, 'a', { resolvedBefore: [0] })))
    const whole = await desk.one({ group: 'order', number: 1n })
    expect(whole?.history).to.have.length(1)
    expect(whole && wholeDeadLetterText(whole)).to.contain('settled as 0, and parked again')
  })

  it('are open, whatever was decided about their number before the event store was put back', async () => {
    const { operator, resolutions, streams, decisions, submitted } = office()
    const before = { eventId: 'other-0', parkedAt: new Date(0), by: 'olga', at: new Date(0), letter: {} }
    await resolutions.discard({ ...before, group: 'order', number: 0n, why: 'of no use' })
    streams.park('order', eventOf('a', 0), 'schema_mismatch')
    await operator.get('/v1/dead-letters').answers(200, page(shown('order', 0, 'a')))
    await operator.post('/v1/dead-letters/order/0/retry', {}).answers(202)
    await decisions.drained()
    expect(submitted).to.deep.equal(['a-0'])
    await operator.get('/v1/dead-letters').answers(200, page())
  })

  it('are found behind any number of settled ones that the event store has let go', async () => {
    const { operator, resolutions, streams } = office()
    for (let n = 0; n <= 1_000; n += 1) {
      const event = eventOf(`o${n}`, 0)
      streams.park('order', event, 'schema_mismatch')
      const letter = { ...shown('order', n, `o${n}`), parkedAt: parkedAt.toISOString() }
      const made = { eventId: event.id, parkedAt, by: 'olga', at: parkedAt, letter }
      await resolutions.discard({ ...made, group: 'order', number: BigInt(n) })
    }
    streams.begins('order', 1_001)
    const { body } = await operator.get('/v1/dead-letters?settled=true&key=o1000').answers(200)
    expect((body as { items: readonly object[] }).items).to.have.length(1)
  })

  it('are not retried where the group does not run, or the original is gone', async () => {
    const { operator, submitted, streams, audit } = office()
    streams.park('inventory', eventOf('a', 0), 'schema_mismatch')
    streams.park('order', undefined, 'schema_mismatch')
    await operator.post('/v1/dead-letters/inventory/0/retry', {}).isRefused(503, 'group_not_running')
    await operator.post('/v1/dead-letters/order/0/retry', {}).isRefused(409, 'original_gone')
    await operator.post('/v1/dead-letters/order/7/retry', {}).isRefused(404, 'not_found')
    expect(submitted).to.deep.equal([])
    expect(await audit.of('inventory', 0n, 'a-0')).to.deep.equal([])
  })

  it('stand beside a readiness that says which group is paused, and why', async () => {
    const { app } = office()
    await callerOf(app)
      .get('/health/ready')
      .answers(503, {
        status: 'not ready',
        reasons: [{ name: 'groups', reason: 'order is paused: the event store is away' }],
      })
  })
})

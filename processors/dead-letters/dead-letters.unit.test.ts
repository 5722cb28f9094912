import { expect } from 'chai'
import { mask } from '../../domain/personal-data.ts'
import { eventOf } from '../../test/processors/parked-streams.ts'
import { callerOf, tokenOf } from '../../test/specifications/api.ts'
import { wholeDeadLetterText } from './cli-output.ts'
import { nothingMore, office, page, shown } from '../../test/processors/office.ts'

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
      // As a retry is refused.
      retryWould: { ...nothingMore.retryWould, failure: 'original_gone: the event is no longer in the store' },
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
      events: [],
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

  it('are shown without what their event says of a person', async () => {
    const { operator, streams } = office()
    const data = { orderId: 'o-1', shipTo: { name: 'Ada' }, contact: { email: 'ada@example.com' } }
    streams.park('order', eventOf('a', 0, { data }), 'schema_mismatch')
    const { body } = await operator.get('/v1/dead-letters/order/0').answers(200)
    expect((body as { data: unknown }).data).to.deep.equal({ orderId: 'o-1', shipTo: mask, contact: mask })
  })

  it('are for operators alone', async () => {
    const { app } = office()
    const ann = callerOf(app, tokenOf('ann', ['customer']))
    await ann.get('/v1/dead-letters').isRefused(403, 'forbidden')
    await callerOf(app).get('/v1/dead-letters').isRefused(401, 'unauthorized')
    await ann.post('/v1/dead-letters/order/0/retry', {}).isRefused(403, 'forbidden')
    await ann.post('/v1/dead-letters/order/0/discard', { why: 'x' }).isRefused(403, 'forbidden')
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

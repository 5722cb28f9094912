import { expect } from 'chai'
import type { Outcome } from '../../infrastructure/subscriptions/outcome.ts'
import { eventOf, parkedAt } from '../../test/processors/parked-streams.ts'
import { wholeDeadLetterText } from './cli-output.ts'
import { office, page, settledAt, shown } from '../../test/processors/office.ts'

describe('dead letters', () => {
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
    expect(JSON.parse(text)).to.deep.include({ facts: { group: 'order', number: 1 } })
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
})

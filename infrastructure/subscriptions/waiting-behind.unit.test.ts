import { expect } from 'chai'
import sinon from 'sinon'
import { consumerUnderTest } from '../../test/subscriptions/consumer-under-test.ts'
import { fakeEvent } from '../../test/subscriptions/fake-groups.ts'
import type { Letters } from './consumer-options.ts'
import type { Outcome } from './outcome.ts'

const park = async (): Promise<Outcome> => ({ park: { code: 'bad', message: 'no good' } })

/** Letters in memory: a key that something of was parked. */
const createLetters = () => {
  const keys = new Set<string>()
  const told: string[] = []
  const letters: Letters = {
    waitsBehind(event, key, replayed) {
      told.push(`asked ${event.id} ${key}${replayed === undefined ? '' : ` replayed ${replayed}`}`)
      return keys.has(key) ? { code: 'waits_behind', message: 'waits behind another' } : undefined
    },
    parked(event, key, { code }) {
      told.push(`parked ${event.id} ${key} ${code}`)
      keys.add(key)
    },
  }
  return { letters, told, keys }
}

describe('what comes behind a parked event of its key', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers(1_000_000)
  })
  afterEach(() => {
    clock.restore()
  })

  it('is parked behind it, unhandled and in order; other keys go on', async () => {
    const { letters } = createLetters()
    const { connection, starts, drained } = await consumerUnderTest(clock, { letters, script: { a1: [park] } })
    for (const [id, stream] of [
      ['a1', 'order-a'],
      ['a2', 'order-a'],
      ['b1', 'order-b'],
      ['a3', 'order-a'],
    ] as const)
      connection().deliver(fakeEvent(id, stream))
    await clock.tickAsync(30)
    expect(starts).to.deep.equal(['a1 1/0', 'b1 1/0'])
    expect(
      connection().parks.map(({ ackId, reason }) => [ackId, (JSON.parse(reason) as { code: string }).code]),
    ).to.deep.equal([
      ['a1', 'bad'],
      ['a2', 'waits_behind'],
      ['a3', 'waits_behind'],
    ])
    await drained()
  })

  it('is asked about once, before its first attempt', async () => {
    const { letters, told } = createLetters()
    const again = async (): Promise<Outcome> => ({ retry: 10, reason: 'not now' })
    const { connection, starts, drained } = await consumerUnderTest(clock, { letters, script: { a: [again, again] } })
    connection().deliver(fakeEvent('a'), { replayed: 7n })
    await clock.tickAsync(1_000)
    expect(starts).to.have.length(3)
    expect(told).to.deep.equal(['asked a order-a replayed 7'])
    await drained()
  })

  it('is handled when somebody hands it in', async () => {
    const { letters, told, keys } = createLetters()
    keys.add('order-a')
    const { consumer, drained } = await consumerUnderTest(clock, { letters })
    expect(await consumer.submit(fakeEvent('a'))).to.equal('done')
    expect(told).to.deep.equal([])
    await drained()
  })

  it('also waits behind what could not be read', async () => {
    const { letters, told } = createLetters()
    const { connection, drained } = await consumerUnderTest(clock, { letters })
    connection().deliver(undefined, { ackId: 'x', unusable: { event: fakeEvent('x', 'order-a'), reason: 'no id' } })
    connection().deliver(fakeEvent('y', 'order-a'))
    await clock.tickAsync(30)
    expect(told).to.deep.equal(['parked x order-a unusable_event', 'asked y order-a', 'parked y order-a waits_behind'])
    await drained()
  })
})

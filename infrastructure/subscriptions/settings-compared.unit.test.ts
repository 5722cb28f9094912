import { expect } from 'chai'
import sinon from 'sinon'
import { fromServerSettings, toServerSettings } from '../event-store/group-settings.ts'
import type { GroupInfo } from '../event-store/port.ts'
import { differencesText } from '../event-store/setting-differences.ts'
import { consumerUnderTest, settings } from '../../test/subscriptions/consumer-under-test.ts'
import { createFakeGroups, fakeEvent } from '../../test/subscriptions/fake-groups.ts'

const asWanted = fromServerSettings(toServerSettings(settings))
const info = (changed: Partial<GroupInfo['settings']>): GroupInfo => ({
  group: 'order',
  status: 'Live',
  settings: { ...asWanted, ...changed },
  parked: 0,
  inFlight: 0,
  undone: 0,
  connections: 0,
  lastKnown: undefined,
  lastCheckpointed: undefined,
})

describe('the consumer of a group that was there already', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers(1_000_000)
  })
  afterEach(() => {
    clock.restore()
  })

  /** `found`: what the store says of the group, subscription by subscription. */
  const consuming = async (...found: readonly (() => Promise<GroupInfo | undefined>)[]) => {
    const told: string[] = []
    const { store, connections, journal } = createFakeGroups()
    const answers = [...found]
    const groupInfo = () => (answers.shift() ?? expect.fail('it was not to be asked once more'))()
    const { consumer, drained } = await consumerUnderTest(clock, {
      store: { ...store, groupInfo },
      observe: {
        settingsCompared: (differences) => told.push(differencesText(differences)),
        settingsNotCompared: (error) => told.push(`not compared: ${(error as Error).message}`),
      },
    })
    return { consumer, drained, told, connections, journal }
  }

  it('tells what it has otherwise than wanted, and consumes it as it is', async () => {
    const { drained, told, connections } = await consuming(async () => info({ maxRetryCount: 3, startFrom: 'end' }))
    expect(told).to.deep.equal(['maxRetryCount 3, wanted 10; startFrom end, wanted start'])
    connections[0]?.deliver(fakeEvent('a'))
    await clock.tickAsync(1)
    await drained()
    expect(connections[0]?.acks).to.deep.equal([['a']])
  })

  it('compares again with the next subscription: somebody may have changed it meanwhile', async () => {
    const { drained, told, connections } = await consuming(
      async () => info({ maxRetryCount: 3 }),
      async () => info({}),
    )
    connections[0]?.end(new Error('updated'))
    await clock.tickAsync(1_000)
    expect(told).to.deep.equal(['maxRetryCount 3, wanted 10', ''])
    await drained()
  })

  it('consumes it also when the store does not say what it has', async () => {
    const { consumer, drained, told, connections } = await consuming(() => Promise.reject(new Error('not for you')))
    expect(told).to.deep.equal(['not compared: not for you'])
    expect(connections).to.have.length(1)
    expect(consumer.status().state).to.equal('running')
    await drained()
  })
})

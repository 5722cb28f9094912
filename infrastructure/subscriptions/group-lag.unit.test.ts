import { expect } from 'chai'
import sinon from 'sinon'
import { fromServerSettings, toServerSettings } from '../event-store/group-settings.ts'
import { StoreUnavailable, type GroupInfo, type StoredEvent } from '../event-store/port.ts'
import type { Position } from '../event-store/position.ts'
import { createRegistry } from '../observability/metrics.ts'
import { settings } from '../../test/subscriptions/consumer-under-test.ts'
import { fakeEvent } from '../../test/subscriptions/fake-groups.ts'
import { watchGroupLag } from './group-lag.ts'

const place = (commit: bigint): Position => ({ commit, prepare: commit })
const info = (known: Pick<GroupInfo, 'undone' | 'lastCheckpointed'> & Partial<GroupInfo>): GroupInfo => ({
  group: 'order',
  status: 'Live',
  settings: fromServerSettings(toServerSettings(settings)),
  parked: 0,
  inFlight: 0,
  connections: 0,
  lastKnown: undefined,
  ...known,
})
const event = (commit: bigint, seconds: number): StoredEvent => ({
  ...fakeEvent(String(commit), 'order-1', new Date(seconds * 1_000)),
  position: place(commit),
})

describe('how far a group is behind', () => {
  let clock: sinon.SinonFakeTimers
  let watch: { close(): void } | undefined
  beforeEach(() => {
    clock = sinon.useFakeTimers(100_000)
  })
  afterEach(() => {
    watch?.close()
    clock.restore()
  })

  /** Of a log of these events, a watch that is told this of the group, look by look; the last stays so. */
  const watched = async (log: readonly StoredEvent[], ...told: readonly (GroupInfo | undefined | Error)[]) => {
    const warnings: string[] = []
    const answers = [...told]
    const registry = createRegistry({ service: 'test' })
    const store = {
      groupInfo: async () => {
        const answer = answers.length > 1 ? answers.shift() : answers[0]
        if (answer instanceof Error) throw answer
        return answer
      },
      async *readAll({ after, limit = log.length }: { after?: Position; limit?: number } = {}) {
        yield* log.filter(({ position }) => after === undefined || position.commit > after.commit).slice(0, limit)
      },
    }
    const now = () => new Date()
    const warn = (message: string) => void warnings.push(message)
    watch = watchGroupLag({ store, groups: ['order'], registry, now, warn, everyMs: 10_000 })
    await clock.tickAsync(1)
    const seconds = async () =>
      (await registry.getSingleMetric('group_lag_seconds')?.get())?.values.map((one) => one.value)
    return { seconds, warnings, goesOn: (milliseconds: number) => clock.tickAsync(milliseconds) }
  }
  const log = [event(1n, 10), event(2n, 40), event(3n, 90)]

  it('is the age of the first event behind its checkpoint, while something is to be done', async () => {
    const { seconds } = await watched(log, info({ undone: 2, lastCheckpointed: place(1n) }))
    expect(await seconds()).to.deep.equal([60])
  })

  it('is the age of the first event of all without a checkpoint, and without the group', async () => {
    const { seconds, goesOn } = await watched(log, info({ undone: 3, lastCheckpointed: undefined }), undefined)
    expect(await seconds()).to.deep.equal([90])
    await goesOn(10_000)
    expect(await seconds()).to.deep.equal([100])
  })

  it('is nothing where all is done, although the checkpoint is behind', async () => {
    const { seconds } = await watched(log, info({ undone: 0, lastCheckpointed: place(1n) }))
    expect(await seconds()).to.deep.equal([0])
  })

  it('is not nothing while the group still reads what was there before it', async () => {
    const { seconds } = await watched(log, info({ undone: 0, lastCheckpointed: place(1n), status: 'Behind' }))
    expect(await seconds()).to.deep.equal([60])
  })

  it('is not known to be nothing where the counts are not', async () => {
    const { seconds } = await watched(log, info({ undone: undefined, lastCheckpointed: place(1n) }))
    expect(await seconds()).to.deep.equal([60])
  })

  it('is never more than the time since all was done: what lies behind the checkpoint had been done by then', async () => {
    const rests = info({ undone: 0, lastCheckpointed: place(1n) })
    const { seconds, goesOn } = await watched(log, rests, info({ undone: 1, lastCheckpointed: place(1n) }))
    await goesOn(10_000)
    expect(await seconds()).to.deep.equal([10])
    await goesOn(10_000)
    expect(await seconds()).to.deep.equal([20])
  })

  it('is what was seen last for a while, and then not known; that is said once', async () => {
    const away = new StoreUnavailable('away')
    const { seconds, warnings, goesOn } = await watched(log, info({ undone: 2, lastCheckpointed: place(1n) }), away)
    await goesOn(29_000)
    expect(await seconds()).to.deep.equal([60])
    await goesOn(2_000)
    expect(await seconds()).to.deep.equal([])
    expect(warnings).to.deep.equal(['how far the groups are behind is not known'])
  })

  it('is not looked at any more once that has been ended', async () => {
    const { seconds, goesOn } = await watched(log, info({ undone: 2, lastCheckpointed: place(1n) }))
    watch?.close()
    await goesOn(40_000)
    expect(await seconds()).to.deep.equal([])
  })
})

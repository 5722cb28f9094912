import { streamNameFilter } from '@eventstore/db-client'
import { expect } from 'chai'
import { toServerSettings } from '../../infrastructure/event-store/group-settings.ts'
import { comparePositions, type Position } from '../../infrastructure/event-store/position.ts'
import type { GroupConsumer } from '../../infrastructure/subscriptions/group-consumer.ts'
import { groupSettings } from '../../processors/groups.ts'
import { until } from '../support/until.ts'
import { consume, parked, startLosingEventStore, write, type LosingEventStore } from './losing-event-store.ts'

const named = (kind: string, count: number) => Array.from({ length: count }, (_, index) => `${kind}${index}`)
const streamsOf = (names: readonly string[]) => names.map((name) => `order-${name}`)
const never = () => new Promise<never>(() => undefined)

describe('an event store that loses messages at a restart', () => {
  let losing: LosingEventStore
  const consumers: GroupConsumer[] = []
  beforeEach(async () => {
    losing = await startLosingEventStore()
  })
  afterEach(async () => {
    await Promise.all(consumers.splice(0).map((consumer) => consumer.drain()))
    await losing.close()
  })

  const consuming = (...args: Parameters<typeof consume>): GroupConsumer => {
    const consumer = consume(...args)
    consumers.push(consumer)
    return consumer
  }
  /** As a process that dies with the server: nothing that it had begun is acknowledged. */
  const killBoth = async (): Promise<void> => {
    await losing.kill()
    await Promise.all(consumers.splice(0).map((consumer) => consumer.drain()))
    await losing.start()
  }
  const checkpointIsAt = (group: string, position: Position) =>
    until(`the checkpoint of ${group}`, async () => {
      const at = (await losing.store.groupInfo(group))?.lastCheckpointed
      return at !== undefined && comparePositions(at, position) >= 0 ? true : undefined
    })

  it('loses nothing of a group as ours, be it waiting, in flight or parked; of one with a filter it does', async () => {
    const { store, client } = losing
    const groups = ['ours', 'filtered'] as const
    await store.ensureGroup('ours', groupSettings)
    const filter = streamNameFilter({ prefixes: ['order-'] })
    await client.createPersistentSubscriptionToAll('filtered', toServerSettings(groupSettings), { filter })

    // Nobody consumes. Both groups have had their chance of a checkpoint when the one of them that may have it has it.
    const waiting = named('waiting', 10)
    await checkpointIsAt('filtered', await write(store, waiting))
    await losing.kill()
    await losing.start()

    const met = { ours: new Set<string>(), filtered: new Set<string>() }
    for (const group of groups)
      consuming(store, group, async ({ stream }) => {
        met[group].add(stream)
        if (stream.includes('held')) return never()
        return stream.includes('poison') ? { park: { code: 'poison', message: 'no amount' } } : 'done'
      })
    const taken = ['poison0', ...named('held', 5), 'poison1']
    await write(store, taken)
    await until('all of ours are met', () => (met.ours.size === 17 ? true : undefined))
    await until('both are parked', async () => ((await parked(store, 'ours')).length === 2 ? true : undefined))
    await killBoth()

    const handled = { ours: new Set<string>(), filtered: new Set<string>() }
    for (const group of groups)
      consuming(store, group, async ({ stream }) => {
        handled[group].add(stream)
        return 'done'
      })
    await write(store, ['last'])
    for (const group of groups)
      await until(`the last of ${group}`, () => (handled[group].has('order-last') ? true : undefined))

    const expected = streamsOf([...waiting, ...taken])
    await until('all of ours', () => (handled.ours.size >= 6 ? true : undefined))
    const kept = async (group: (typeof groups)[number]) =>
      new Set([
        ...[...met[group]].filter((stream) => !stream.includes('held') && !stream.includes('poison')),
        ...handled[group],
        ...(await parked(store, group)),
      ])
    const [ours, filtered] = [await kept('ours'), await kept('filtered')]
    expect(expected.filter((stream) => !ours.has(stream))).to.deep.equal([])
    expect(expected.filter((stream) => !filtered.has(stream))).to.include.members(streamsOf(waiting))
  })

  /** One order of a group as ours that is parked, with the group's checkpoint behind it. */
  const oneIsParked = async (): Promise<void> => {
    const { store } = losing
    const consumer = consuming(store, 'ours', async () => ({ park: { code: 'poison', message: 'no amount' } }))
    const last = await write(store, ['poison'])
    await checkpointIsAt('ours', last)
    expect(await parked(store, 'ours')).to.deep.equal(['order-poison'])
    await consumer.drain()
  }
  const handledUpToTheLast = async (): Promise<readonly string[]> => {
    const handled: string[] = []
    consuming(losing.store, 'ours', async ({ stream }) => {
      handled.push(stream)
      return 'done'
    })
    await write(losing.store, ['last'])
    await until('the last', () => (handled.includes('order-last') ? true : undefined))
    return handled
  }

  it("loses what the server replays from a group's parked messages", async () => {
    await oneIsParked()
    const begun: string[] = []
    consuming(losing.store, 'ours', async ({ stream }) => {
      begun.push(stream)
      return never()
    })
    await losing.client.replayParkedMessagesToAll('ours')
    await until('it has begun', () => (begun.length > 0 ? true : undefined))
    await until('it is no longer parked', async () =>
      (await parked(losing.store, 'ours')).length === 0 ? true : undefined,
    )
    await killBoth()
    expect(await handledUpToTheLast()).to.deep.equal(['order-last'])
    expect(await parked(losing.store, 'ours')).to.deep.equal([])
  })

  it('loses nothing of what the dead letters are retried with: the same handler, while the message stays parked', async () => {
    await oneIsParked()
    const begun: string[] = []
    const consumer = consuming(losing.store, 'ours', async ({ stream }) => {
      begun.push(stream)
      return never()
    })
    await until('it runs', () => (consumer.status().state === 'running' ? true : undefined))
    // It never ends, and nobody waits for it.
    for await (const { event } of losing.store.parkedMessages('ours'))
      if (event !== undefined) consumer.submit(event).catch(() => undefined)
    await until('it has begun', () => (begun.length > 0 ? true : undefined))
    await killBoth()
    expect(await handledUpToTheLast()).to.deep.equal(['order-last'])
    expect(await parked(losing.store, 'ours')).to.deep.equal(['order-poison'])
  })
})

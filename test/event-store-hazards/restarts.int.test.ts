import { randomUUID } from 'node:crypto'
import { streamNameFilter } from '@eventstore/db-client'
import { expect } from 'chai'
import { toServerSettings } from '../../infrastructure/event-store/group-settings.ts'
import { comparePositions, type Position } from '../../infrastructure/event-store/position.ts'
import type { GroupConsumer } from '../../infrastructure/subscriptions/group-consumer.ts'
import { groupSettings } from '../../processors/groups.ts'
import { createGroupFromHere } from '../contract/group-from-here.ts'
import { until } from '../support/until.ts'
import { chosenLosingEventStore, ownLosingEventStore, type LosingEventStore } from './losing-event-store.ts'
import { consume, parked, write } from './orders-in-groups.ts'

const never = () => new Promise<never>(() => undefined)

describe('an event store that loses messages at a restart', function () {
  // A server that is started by a command may take a minute to come back.
  this.timeout(180_000)
  let losing: LosingEventStore
  let groups: string[] = []
  let prefix = ''
  let ours = ''
  const consumers: GroupConsumer[] = []
  const begin = async (eventStore: Promise<LosingEventStore>): Promise<void> => {
    losing = await eventStore
    prefix = `hazard${randomUUID().slice(0, 8)}-`
    ours = `ours-${prefix}`
    await createGroupFromHere(losing, ours, groupSettings)
    groups = [ours]
  }
  afterEach(async () => {
    await Promise.all(consumers.splice(0).map((consumer) => consumer.drain()))
    await losing.close(groups)
  })

  const named = (kind: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${kind}${index}`)
  const consuming = (group: string, handle: Parameters<typeof consume>[3]): GroupConsumer => {
    const consumer = consume(losing.store, group, prefix, handle)
    consumers.push(consumer)
    return consumer
  }
  /** As a process that dies with the server: nothing that it had begun is acknowledged. */
  const killBoth = () =>
    losing.restart(groups, () => Promise.all(consumers.splice(0).map((consumer) => consumer.drain())))
  const checkpointIsAt = (group: string, position: Position) =>
    until(`the checkpoint of ${group}`, async () => {
      const at = (await losing.store.groupInfo(group))?.lastCheckpointed
      return at !== undefined && comparePositions(at, position) >= 0 ? true : undefined
    })

  it('loses nothing of a group as ours, be it waiting, in flight or parked; of one with a filter it does', async () => {
    await begin(chosenLosingEventStore())
    const { store, client, losesForSure } = losing
    const filtered = `filtered-${prefix}`
    if (losesForSure) {
      const filter = streamNameFilter({ prefixes: [prefix] })
      await client.createPersistentSubscriptionToAll(filtered, toServerSettings(groupSettings), { filter })
      groups.push(filtered)
    }

    // Nobody consumes. Both groups have had their chance of a checkpoint when the one of them that may have it has it.
    const waiting = named('waiting', 10)
    const last = await write(store, waiting)
    if (losesForSure) await checkpointIsAt(filtered, last)
    await losing.restart(groups)

    const met = new Map(groups.map((group) => [group, new Set<string>()]))
    for (const [group, streams] of met)
      consuming(group, async ({ stream }) => {
        streams.add(stream)
        if (stream.includes('held')) return never()
        return stream.includes('poison') ? { park: { code: 'poison', message: 'no amount' } } : 'done'
      })
    const taken = [...named('poison', 2), ...named('held', 5)]
    await write(store, taken)
    await until('all of ours are met', () => (met.get(ours)?.size === 17 ? true : undefined))
    await until('both are parked', async () => ((await parked(store, ours)).length === 2 ? true : undefined))
    await killBoth()

    const handled = new Map(groups.map((group) => [group, new Set<string>()]))
    for (const [group, streams] of handled)
      consuming(group, async ({ stream }) => {
        streams.add(stream)
        return 'done'
      })
    const [end = ''] = named('end', 1)
    await write(store, [end])
    for (const [group, streams] of handled)
      await until(`the last of ${group}`, () => (streams.has(end) ? true : undefined))

    const expected = [...waiting, ...taken]
    await until('all of ours', () => ((handled.get(ours)?.size ?? 0) >= 6 ? true : undefined))
    const lostBy = async (group: string) => {
      const kept = new Set([
        ...[...(met.get(group) ?? [])].filter((stream) => !stream.includes('held') && !stream.includes('poison')),
        ...(handled.get(group) ?? []),
        ...(await parked(store, group)),
      ])
      return expected.filter((stream) => !kept.has(stream))
    }
    expect(await lostBy(ours)).to.deep.equal([])
    if (losesForSure) expect(await lostBy(filtered)).to.include.members(waiting)
  })

  /** One order of a group as ours that is parked, with the group's checkpoint behind it. Answers its stream. */
  const oneIsParked = async (): Promise<string> => {
    const [poison = ''] = named('poison', 1)
    const consumer = consuming(ours, async () => ({ park: { code: 'poison', message: 'no amount' } }))
    const last = await write(losing.store, [poison])
    await checkpointIsAt(ours, last)
    expect(await parked(losing.store, ours)).to.deep.equal([poison])
    await consumer.drain()
    return poison
  }
  const handledUpToTheLast = async (): Promise<readonly string[]> => {
    const handled: string[] = []
    consuming(ours, async ({ stream }) => {
      handled.push(stream)
      return 'done'
    })
    await write(losing.store, named('last', 1))
    await until('the last', () => (handled.includes(`${prefix}last0`) ? true : undefined))
    return handled
  }

  it("loses what the server replays from a group's parked messages", async () => {
    await begin(ownLosingEventStore())
    await oneIsParked()
    const begun: string[] = []
    consuming(ours, async ({ stream }) => {
      begun.push(stream)
      return never()
    })
    await losing.client.replayParkedMessagesToAll(ours)
    await until('it has begun', () => (begun.length > 0 ? true : undefined))
    await until('it is no longer parked', async () =>
      (await parked(losing.store, ours)).length === 0 ? true : undefined,
    )
    await killBoth()
    expect(await handledUpToTheLast()).to.deep.equal(named('last', 1))
    expect(await parked(losing.store, ours)).to.deep.equal([])
  })

  it('loses nothing of what the dead letters are retried with: the same handler, while the message stays parked', async () => {
    await begin(chosenLosingEventStore())
    const poison = await oneIsParked()
    const begun: string[] = []
    const consumer = consuming(ours, async ({ stream }) => {
      begun.push(stream)
      return never()
    })
    await until('it runs', () => (consumer.status().state === 'running' ? true : undefined))
    // It never ends, and nobody waits for it.
    for await (const { event } of losing.store.parkedMessages(ours))
      if (event !== undefined) consumer.submit(event).catch(() => undefined)
    await until('it has begun', () => (begun.length > 0 ? true : undefined))
    await killBoth()
    expect(await handledUpToTheLast()).to.deep.equal(named('last', 1))
    expect(await parked(losing.store, ours)).to.deep.equal([poison])
  })
})

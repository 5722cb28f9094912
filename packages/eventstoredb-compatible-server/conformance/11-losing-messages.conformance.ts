import { expect } from 'chai'
import { END, eventTypeFilter, START, type PersistentSubscriptionToAllSettings } from '@eventstore/db-client'
import { event, many } from './suite/appending.ts'
import type { Consumer } from './suite/consumer.ts'
import { AllGroup, Group } from './suite/group.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { becomes, until } from './suite/waiting.ts'

// What 6.11 promises of the embedded server, with and without the option by which it breaks the promise as the real server does.

const wanted = eventTypeFilter({ prefixes: ['Wanted'] })
const tight: Partial<PersistentSubscriptionToAllSettings> = {
  startFrom: START,
  checkPointLowerBound: 1,
  checkPointUpperBound: 1,
  checkPointAfter: 100,
}
const outside = (own: OwnServer) => ({ client: own.client, after: () => undefined })
const groupOnAll = (own: OwnServer): AllGroup => new AllGroup(outside(own), 'group')
const checkpoint = async (group: AllGroup): Promise<bigint> =>
  (await group.info()).stats.lastCheckpointedEventPosition?.commit ?? -1n
/** The streams of wanted events that the consumer is given up to the one that is appended now. */
const upToAMarker = async (own: OwnServer, consumer: Consumer): Promise<readonly unknown[]> => {
  const streams = () => consumer.deliveries.flatMap(({ event: one }) => (one?.type === 'Wanted' ? [one.streamId] : []))
  await consumer.ready()
  await own.append('marker', event('Wanted'))
  await until('the marker', () => streams().includes('marker'), streams)
  return streams().filter((stream) => stream !== 'marker')
}
/** What is delivered after a restart, without the option and with it. */
const bothWays = async (
  server: Server,
  show: (own: OwnServer, loses: boolean) => Promise<unknown>,
  expected: { readonly kept: unknown; readonly lost: unknown },
): Promise<void> => {
  for (const losesMessages of [false, true]) {
    const own = await OwnServer.start(server, { losesMessages })
    expect(await show(own, losesMessages)).to.deep.equal(losesMessages ? expected.lost : expected.kept)
  }
}
const seen = { onlyHere: 'an option of the embedded server' }

rule(
  '11',
  'told to lose messages it forgets what waits in a filtered group on $all when others come after it',
  { seen, waits: true },
  (server) =>
    bothWays(
      server,
      async (own, loses) => {
        const group = await AllGroup.create(outside(own), 'group', tight, wanted)
        await own.append('others', many(3, 'Other'))
        for (const stream of ['a', 'b', 'c']) await own.append(stream, event('Wanted'))
        const { position } = await own.append('others', many(3, 'Other'))
        // Where nothing is lost it never comes so far: not beyond what came before all that is wanted.
        await until('a checkpoint', async () => (await checkpoint(group)) >= (loses ? position!.commit : 0n))
        await own.restart()
        return upToAMarker(own, groupOnAll(own).consumer())
      },
      { kept: ['a', 'b', 'c'], lost: [] },
    ),
)

rule(
  '11',
  'told to lose messages it drops the first of what is in flight in a filtered group on $all that has a checkpoint at another event',
  { seen, waits: true },
  (server) =>
    bothWays(
      server,
      async (own) => {
        const group = await AllGroup.create(outside(own), 'group', tight, wanted)
        const { position } = await own.append('others', many(3, 'Other'))
        await until('a checkpoint', async () => (await checkpoint(group)) === position!.commit)
        const consumer = await group.consumer().ready()
        for (const stream of ['a', 'b']) await own.append(stream, event('Wanted'))
        await consumer.saw('Wanted', 'Wanted')
        await own.restart()
        return upToAMarker(own, groupOnAll(own).consumer())
      },
      { kept: ['a', 'b'], lost: ['b'] },
    ),
)

rule(
  '11',
  'told to lose messages it forgets those that are replayed and not yet acknowledged, in a group without a filter too',
  { seen, waits: true },
  (server) =>
    bothWays(
      server,
      async (own, loses) => {
        const group = await AllGroup.create(outside(own), 'group', tight)
        const consumer = await group.consumer(100).ready()
        const { position } = await own.append('a', event('Wanted'))
        const found = () => consumer.deliveries.findIndex(({ event: one }) => one?.streamId === 'a')
        await until('the event', () => found() >= 0)
        await consumer.nack('park', 'x', found())
        await consumer.ack(...consumer.deliveries.map((_, index) => index).filter((index) => index !== found()))
        await until('a checkpoint', async () => (await checkpoint(group)) >= position!.commit)
        await own.client.replayParkedMessagesToAll('group')
        await until('it again', () => consumer.deliveries.some(({ link }) => link !== undefined))
        const truncated = async () =>
          (await own.client.getStreamMetadata('$persistentsubscription-$all::group-parked')).metadata?.truncateBefore
        if (loses) await becomes(truncated, 1)
        await own.restart()
        await own.client.replayParkedMessagesToAll('group')
        return upToAMarker(own, groupOnAll(own).consumer(100))
      },
      { kept: ['a'], lost: [] },
    ),
)

rule(
  '11',
  'told to lose messages it begins a group from the end that has no checkpoint at the new end',
  { seen, waits: true },
  (server) =>
    bothWays(
      server,
      async (own) => {
        const group = await AllGroup.create(outside(own), 'group', { startFrom: END }, wanted)
        const consumer = await group.consumer(1).ready()
        for (const stream of ['a', 'b']) await own.append(stream, event('Wanted'))
        await consumer.saw('Wanted')
        await own.restart()
        return upToAMarker(own, groupOnAll(own).consumer())
      },
      { kept: ['a', 'b'], lost: [] },
    ),
)

rule(
  '11',
  'told to lose messages it passes over the event that follows on a checkpoint whose own is gone',
  { seen, waits: true },
  (server) =>
    bothWays(
      server,
      async (own) => {
        await own.append('stream', many(5, 'a'))
        const group = await Group.create(outside(own), 'stream', 'group', {
          checkPointLowerBound: 1,
          checkPointUpperBound: 1,
        })
        const consumer = group.consumer()
        await consumer.saw('a', 'a', 'a', 'a', 'a')
        await consumer.ack(0, 1, 2)
        await becomes(async () => (await group.checkpoints()).at(-1), '2')
        await own.client.setStreamMetadata('stream', { truncateBefore: 3 })
        await own.restart()
        const again = new Group(outside(own), 'stream', 'group').consumer()
        const revisions = () => again.deliveries.map(({ event: one }) => Number(one?.revision))
        await until('the last', () => revisions().includes(4), revisions)
        return revisions()
      },
      { kept: [3, 4], lost: [4] },
    ),
)

rule(
  '11',
  'told to lose messages it loses none of a group without a filter that starts at the start, waiting, in flight or parked',
  { seen, waits: true },
  async (server) => {
    const own = await OwnServer.start(server, { losesMessages: true })
    const group = await AllGroup.create(outside(own), 'group', tight)
    await own.append('others', many(3, 'Other'))
    for (const stream of ['a', 'b', 'c', 'd']) {
      await own.append(stream, event('Wanted'))
      await own.append('others', many(3, 'Other'))
    }
    const consumer = await group.consumer(8).ready()
    const at = (stream: string) => consumer.deliveries.findIndex(({ event: one }) => one?.streamId === stream)
    await until('the first', () => at('a') >= 0)
    await consumer.nack('park', 'x', at('a'))
    await consumer.ack(...consumer.deliveries.map((_, index) => index).filter((index) => index < at('a')))
    await until('the second', () => at('b') > 0)
    await becomes(async () => (await group.info()).stats.parkedMessageCount, 1n)
    await own.restart()
    const again = groupOnAll(own).consumer(100)
    expect(await upToAMarker(own, again)).to.include.members(['b', 'c', 'd'])
    await own.client.replayParkedMessagesToAll('group')
    await until('what was parked', () => again.deliveries.some(({ link }) => link !== undefined))
  },
)

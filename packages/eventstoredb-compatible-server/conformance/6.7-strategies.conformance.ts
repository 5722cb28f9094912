import { expect } from 'chai'
import { event, linkTo } from './suite/appending.ts'
import type { Consumer } from './suite/consumer.ts'
import { Group } from './suite/group.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { becomes, stays, until } from './suite/waiting.ts'

const WINDOW = 4

/** Three consumers on a group, before anything is there to be delivered. */
const three = async (
  server: Server,
  consumerStrategyName: string,
  resolveLinkTos = false,
): Promise<[Group, Consumer[]]> => {
  const group = await Group.create(server, server.name(), 'group', { consumerStrategyName, resolveLinkTos })
  const consumers: Consumer[] = []
  for (let n = 0; n < 3; n += 1) consumers.push(await group.consumer(WINDOW).ready())
  await becomes(async () => (await group.info()).connections.length, 3)
  return [group, consumers]
}
const total = (consumers: readonly Consumer[]): number =>
  consumers.reduce((sum, { deliveries }) => sum + deliveries.length, 0)
const revisionsOf = ({ deliveries }: Consumer): number[] =>
  deliveries.map(({ event: delivered }) => Number(delivered?.revision))

rule('6.7', 'RoundRobin: one after another in turn', { seen: 'real' }, async (server) => {
  const [group, consumers] = await three(server, 'RoundRobin')
  for (let n = 0; n < 9; n += 1) await server.client.appendToStream(group.stream, event())
  await until(
    'nine',
    () => total(consumers) === 9,
    () => consumers.map(revisionsOf),
  )
  const turns = consumers.map(revisionsOf).sort(([one], [other]) => (one ?? 0) - (other ?? 0))
  expect(turns).to.deep.equal([
    [0, 3, 6],
    [1, 4, 7],
    [2, 5, 8],
  ])
})

rule('6.7', 'RoundRobin passes over who is full', { seen: 'real' }, async (server) => {
  const [group, consumers] = await three(server, 'RoundRobin')
  await server.client.appendToStream(
    group.stream,
    Array.from({ length: 14 }, () => event()),
  )
  await until('twelve', () => total(consumers) === 12)
  await consumers[1]!.ack(0, 1)
  await until('all', () => total(consumers) === 14)
  expect(consumers.map(({ deliveries }) => deliveries.length)).to.deep.equal([4, 6, 4])
})

rule('6.7', 'DispatchToSingle: one until he is full, then the next', { seen: 'real' }, async (server) => {
  const [group, consumers] = await three(server, 'DispatchToSingle')
  for (let n = 0; n < 10; n += 1) await server.client.appendToStream(group.stream, event())
  await until(
    'ten',
    () => total(consumers) === 10,
    () => consumers.map(revisionsOf),
  )
  const runs = consumers.map(revisionsOf).sort(([one], [other]) => (one ?? 0) - (other ?? 0))
  expect(runs).to.deep.equal([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [8, 9],
  ])
})

const pinnedTo = (consumers: readonly Consumer[]): Map<string, Set<number>> => {
  const owners = new Map<string, Set<number>>()
  consumers.forEach(({ deliveries }, index) =>
    deliveries.forEach(({ event: delivered }) => {
      const stream = delivered?.streamId ?? ''
      owners.set(stream, (owners.get(stream) ?? new Set()).add(index))
    }),
  )
  return owners
}

rule('6.7', 'Pinned: all events of one source stream go to one consumer', { seen: 'real' }, async (server) => {
  const [group, consumers] = await three(server, 'Pinned', true)
  const sources = Array.from({ length: 12 }, () => server.name('source'))
  for (const source of sources) await server.client.appendToStream(source, [event('a'), event('b'), event('c')])
  let acked = 0
  const ackAll = consumers.map(() => 0)
  for (let revision = 0; revision < 3; revision += 1)
    for (const source of sources) await server.client.appendToStream(group.stream, linkTo(`${revision}@${source}`))
  await until(
    'all',
    async () => {
      for (const [index, consumer] of consumers.entries()) {
        for (; (ackAll[index] ?? 0) < consumer.deliveries.length; ackAll[index] = (ackAll[index] ?? 0) + 1) {
          await consumer.ack(ackAll[index] ?? 0)
          acked += 1
        }
      }
      return acked === 36
    },
    () => consumers.map(({ seen }) => seen),
  )
  const owners = pinnedTo(consumers)
  expect([owners.size, [...owners.values()].map(({ size }) => size)]).to.deep.equal([12, sources.map(() => 1)])
  expect(new Set([...owners.values()].flatMap((set) => [...set])).size).to.be.greaterThan(1)
})

rule(
  '6.7',
  'Pinned: when the owner is full his stream waits, and other streams go on',
  { seen: 'real' },
  async (server) => {
    const [group, consumers] = await three(server, 'Pinned', true)
    const sources = Array.from({ length: 12 }, () => server.name('source'))
    for (const source of sources)
      await server.client.appendToStream(
        source,
        Array.from({ length: 6 }, () => event()),
      )
    const first = sources[0]!
    for (let n = 0; n < 6; n += 1) await server.client.appendToStream(group.stream, linkTo(`${n}@${first}`))
    await until('a full window', () => total(consumers) === WINDOW)
    for (const source of sources) await server.client.appendToStream(group.stream, linkTo(`0@${source}`))
    await until(
      'others',
      () => total(consumers) > WINDOW,
      () => consumers.map(({ seen }) => seen),
    )
    await stays(
      () =>
        consumers.reduce(
          (sum, { deliveries }) => sum + deliveries.filter(({ event: one }) => one?.streamId === first).length,
          0,
        ),
      WINDOW,
      100,
    )
    expect(pinnedTo(consumers).get(first)?.size).to.equal(1)
  },
)

rule('6.7', 'Pinned: the streams of a consumer who leaves go to others', { seen: 'real' }, async (server) => {
  const [group, consumers] = await three(server, 'Pinned', true)
  const source = server.name('source')
  await server.client.appendToStream(source, [event('a'), event('b')])
  await server.client.appendToStream(group.stream, linkTo(`0@${source}`))
  await until('one', () => total(consumers) === 1)
  const owner = consumers.find(({ deliveries }) => deliveries.length === 1)
  await owner?.unsubscribe()
  await server.client.appendToStream(group.stream, linkTo(`1@${source}`))
  const others = consumers.filter((consumer) => consumer !== owner)
  await until('both', () => total(others) === 2)
  expect(others.map(({ seen }) => seen.join(' ')).sort()).to.deep.equal(['', 'a*1 b'])
})

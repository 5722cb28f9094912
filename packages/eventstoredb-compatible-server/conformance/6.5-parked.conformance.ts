import { expect } from 'chai'
import { event, linkTo, many } from './suite/appending.ts'
import { Group } from './suite/group.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'

const text = (data: unknown): string => Buffer.from(data as Uint8Array).toString()

/** A group of which the last event of its stream has been parked by the consumer. */
const parkedLast = async (server: Server, events: number, reason: string): Promise<Group> => {
  const stream = server.name()
  await server.client.appendToStream(stream, many(events, 'a'))
  const group = await Group.create(server, stream, 'group', { startFrom: BigInt(events - 1) })
  const consumer = group.consumer()
  await consumer.saw('a')
  await consumer.nack('park', reason, 0)
  await group.parkedCount(1)
  return group
}

rule(
  '6.5',
  'a parked message is a link to its event, with when, why and its number',
  { seen: 'real' },
  async (server) => {
    const group = await parkedLast(server, 5, 'Grund: größe\n日本')
    const [parked] = await group.parked()
    expect([parked?.type, parked?.isJson, text(parked?.data)]).to.deep.equal(['$>', false, `4@${group.stream}`])
    const { added, ...metadata } = parked?.metadata as { added: string }
    expect(metadata).to.deep.equal({
      reason: "Client explicitly NAK'ed message.\nGrund: größe\n日本",
      subscriptionEventNumber: 4,
    })
    expect(added).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+[+-]\d\d:\d\d$/)
    expect(Math.abs(Date.parse(added) - Date.now())).to.be.lessThan(60_000)
  },
)

rule(
  '6.5',
  'the number is left out when it is 0, and an empty reason ends with the line',
  { seen: 'real' },
  async (server) => {
    const group = await parkedLast(server, 1, '')
    const { added, ...metadata } = (await group.parked())[0]?.metadata as { added: string }
    expect([typeof added, metadata]).to.deep.equal(['string', { reason: "Client explicitly NAK'ed message.\n" }])
  },
)

rule(
  '6.5',
  'of a resolved link the event it leads to is parked, under the number of the link',
  { seen: 'real' },
  async (server) => {
    const [stream, links] = [server.name(), server.name('links')]
    await server.client.appendToStream(stream, many(8, 'Target'))
    await server.client.appendToStream(links, [event('x'), event('x'), linkTo(`7@${stream}`)])
    const group = await Group.create(server, links, 'group', { resolveLinkTos: true, startFrom: 2n })
    const consumer = group.consumer()
    await consumer.saw('Target')
    await consumer.nack('park', 'x', 0)
    await group.parkedCount(1)
    const [parked] = await group.parked()
    expect([
      text(parked?.data),
      (parked?.metadata as { subscriptionEventNumber: unknown }).subscriptionEventNumber,
    ]).to.deep.equal([`7@${stream}`, 2])
  },
)

rule('6.5', 'of a link that leads nowhere what it says is parked', { seen: 'real' }, async (server) => {
  const [missing, links] = [server.name(), server.name('links')]
  await server.client.appendToStream(links, linkTo(`3@${missing}`))
  const group = await Group.create(server, links, 'group', { resolveLinkTos: true })
  const consumer = group.consumer()
  await consumer.saw('-')
  await consumer.nack('park', 'x', 0)
  await group.parkedCount(1)
  expect((await group.parked()).map(({ data }) => text(data))).to.deep.equal([`3@${missing}`])
})

rule('6.5', 'each parked message is an event of its own, in order', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, many(3, 'a'))
  const group = await Group.create(server, stream, 'group')
  const consumer = group.consumer()
  await consumer.saw('a', 'a', 'a')
  await consumer.nack('park', 'x', 0, 1, 2)
  await group.parkedCount(3)
  const parked = await group.parked()
  expect(parked.map(({ revision, data }) => [Number(revision), text(data)])).to.deep.equal(
    [0, 1, 2].map((n) => [n, `${n}@${stream}`]),
  )
  expect(new Set(parked.map(({ id }) => id)).size).to.equal(3)
})

rule(
  '6.5',
  'what was parked is still there when the server is killed, or is delivered again',
  {
    seen: { onlyHere: 'by the sources of the real server a checkpoint may pass a message before it is parked' },
    waits: true,
  },
  async (server) => {
    const own = await OwnServer.start(server)
    await own.append('stream', many(30, 'a'))
    const outside = { client: own.client, after: () => undefined }
    const group = await Group.create(outside, 'stream', 'group', { checkPointLowerBound: 1, checkPointUpperBound: 1 })
    const consumer = group.consumer(30)
    await consumer.saw(...Array.from({ length: 30 }, () => 'a'))
    await Promise.all(Array.from({ length: 30 }, (_, n) => consumer.nack('park', 'x', n)))
    await own.restart()
    const again = new Group({ client: own.client, after: () => undefined }, 'stream', 'group')
    const parked = (await again.parked()).map(({ data }) => Number.parseInt(text(data), 10))
    const redelivered = again.consumer(30)
    await redelivered.ready()
    await redelivered.saw(...Array.from({ length: 30 - new Set(parked).size }, () => 'a'))
  },
)

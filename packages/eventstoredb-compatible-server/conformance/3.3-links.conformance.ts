import { expect } from 'chai'
import type { EventData } from '@eventstore/db-client'
import { event, linkTo, many } from './suite/appending.ts'
import { Following } from './suite/following.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { all } from './suite/waiting.ts'

/** Of every event of a stream of links: what it resolved to, and the link's revision. */
const resolved = async (server: Server, stream: string) =>
  (await all(server.client.readStream(stream, { resolveLinkTos: true }))).map(({ event: target, link }) => [
    target?.type,
    link?.revision,
  ])

const written = async (server: Server, events: EventData[]): Promise<string> => {
  const stream = server.name('links')
  await server.client.appendToStream(stream, events)
  return stream
}

rule(
  '3.3',
  'a link is replaced by its target, which brings the link along, each with its own position',
  { seen: 'real' },
  async (server) => {
    const stream = `${server.name()}@with@ats`
    const target = await server.client.appendToStream(stream, many(2, 'Target'))
    const links = server.name('links')
    const link = await server.client.appendToStream(links, linkTo(`1@${stream}`))
    const [read] = await all(server.client.readStream(links, { resolveLinkTos: true }))
    expect([read?.event?.streamId, read?.event?.revision, read?.event?.position]).to.deep.equal([
      stream,
      1n,
      target.position,
    ])
    expect([
      read?.link?.streamId,
      read?.link?.type,
      read?.link?.revision,
      read?.link?.position,
      read?.commitPosition,
    ]).to.deep.equal([links, '$>', 0n, link.position, link.position?.commit])
  },
)

rule(
  '3.3',
  'a link whose target is missing, cut off, expired, deleted or tombstoned comes alone',
  { seen: 'real' },
  async (server) => {
    const { client } = server
    const [cut, deleted, buried] = [server.name(), server.name(), server.name()]
    for (const stream of [cut, deleted, buried]) await client.appendToStream(stream, many(2))
    const links = await written(
      server,
      [`9@${cut}`, `0@${server.name()}`, `0@${cut}`, `1@${deleted}`, `0@${buried}`, `1@${cut}`].map(linkTo),
    )
    await client.setStreamMetadata(cut, { truncateBefore: 1 })
    await client.deleteStream(deleted)
    await client.tombstoneStream(buried)
    expect(await resolved(server, links)).to.deep.equal([
      [undefined, 0n],
      [undefined, 1n],
      [undefined, 2n],
      [undefined, 3n],
      [undefined, 4n],
      ['Counted', 5n],
    ])
  },
)

rule(
  '3.3',
  'a link to a stream without a name comes alone, and what follows it comes too',
  { seen: 'real' },
  async (server) => {
    const links = server.name('links')
    const following = new Following(server, server.client.subscribeToStream(links, { resolveLinkTos: true }))
    await following.caughtUp()
    await server.client.appendToStream(links, [linkTo('0@'), linkTo('0@$$'), event('After')])
    await following.got(3)
    expect(following.events.map(({ event: one }) => one?.type)).to.deep.equal([undefined, undefined, 'After'])
    expect(await resolved(server, links)).to.deep.equal([
      [undefined, 0n],
      [undefined, 1n],
      ['After', undefined],
    ])
  },
)

rule(
  '3.3',
  'a link whose payload is no number stays an event in a read, with an @ or without',
  { seen: 'watched' },
  async (server) => {
    const links = await written(server, [linkTo('nothing'), linkTo('x@stream')])
    expect(await resolved(server, links)).to.deep.equal([
      ['$>', undefined],
      ['$>', undefined],
    ])
  },
)

rule('3.3', 'a link whose number is none comes alone in the live phase', { seen: 'real' }, async (server) => {
  const links = server.name('links')
  const following = new Following(server, server.client.subscribeToStream(links, { resolveLinkTos: true }))
  await following.caughtUp()
  await server.client.appendToStream(links, linkTo('x@stream'))
  await following.got(1)
  expect([following.events[0]?.event, following.events[0]?.link?.type]).to.deep.equal([undefined, '$>'])
})

rule('3.3', 'one level is resolved, and only events whose type is $>', { seen: 'real' }, async (server) => {
  const stream = await written(server, [event('Target')])
  const links = await written(server, [linkTo(`0@${stream}`)])
  const second = await written(server, [linkTo(`0@${links}`), { ...linkTo(`0@${stream}`), type: '$>x' }])
  expect(await resolved(server, second)).to.deep.equal([
    ['$>', 0n],
    ['$>x', undefined],
  ])
})

rule(
  '3.3',
  'a link is an event like any other for those who do not want it resolved',
  { seen: 'real' },
  async (server) => {
    const stream = await written(server, [event()])
    const links = await written(server, [linkTo(`0@${stream}`)])
    const [read] = await all(server.client.readStream(links))
    expect([read?.event?.type, Buffer.from(read?.event?.data as Uint8Array).toString(), read?.link]).to.deep.equal([
      '$>',
      `0@${stream}`,
      undefined,
    ])
  },
)

rule(
  '3.3',
  'links are resolved in $all and in subscriptions too, in history and live',
  { seen: 'real' },
  async (server) => {
    const stream = await written(server, [event('Target')])
    const links = server.name('links')
    const start = (await server.client.appendToStream(links, linkTo(`0@${stream}`))).position!
    const following = new Following(server, server.client.subscribeToStream(links, { resolveLinkTos: true }))
    await following.caughtUp()
    await server.client.appendToStream(links, linkTo(`0@${stream}`))
    await following.got(2)
    expect(following.events.map(({ event: target, link }) => [target?.type, link?.revision])).to.deep.equal([
      ['Target', 0n],
      ['Target', 1n],
    ])
    const [read] = await all(server.client.readAll({ fromPosition: start, maxCount: 1, resolveLinkTos: true }))
    expect([read?.event?.type, read?.link?.streamId]).to.deep.equal(['Target', links])
  },
)

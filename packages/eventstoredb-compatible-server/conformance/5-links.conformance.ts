import { expect } from 'chai'
import { event, linkTo, many } from './suite/appending.ts'
import { Group } from './suite/group.ts'
import { category, linksIn, projected } from './suite/links.ts'
import { rule } from './suite/rule.ts'
import { all, apart, becomes, until } from './suite/waiting.ts'

rule(
  '5',
  '$by_category links every event by what stands before the first dash of its stream',
  projected,
  async (server) => {
    const name = category(server)
    const none = server.name()
    await server.client.appendToStream(`${name}-1-2`, many(2))
    await server.client.appendToStream(none, many(1))
    await server.client.appendToStream(`-${name}`, many(1))
    await server.client.appendToStream(`$${name}-1`, many(1))
    await server.client.appendToStream(`${name}-3`, many(1))
    await becomes(() => linksIn(server, `$ce-${name}`), [`0@${name}-1-2`, `1@${name}-1-2`, `0@${name}-3`])
    for (const other of [none, '', `$${name}`]) expect(await linksIn(server, `$ce-${other}`)).to.deep.equal([])
  },
)

rule(
  '5',
  'a link is no JSON, has an id of its own, and metadata that leads to its source',
  projected,
  async (server) => {
    const name = category(server)
    const source = event('a', { metadata: { $correlationId: 'cc' } })
    const { position } = await server.client.appendToStream(`${name}-1`, source)
    await becomes(() => linksIn(server, `$ce-${name}`), [`0@${name}-1`])
    const [link] = (await all(server.client.readStream(`$ce-${name}`))).map(({ event: one }) => one)
    expect([link?.type, link?.isJson, link?.id === source.id]).to.deep.equal(['$>', false, false])
    const { $v, ...metadata } = link?.metadata as { $v: string }
    expect($v).to.match(/^\d+:-?\d+:\d+:\d+$/)
    expect(metadata).to.deep.equal({
      $c: Number(position?.commit),
      $p: Number(position?.commit),
      $o: `${name}-1`,
      $causedBy: source.id,
      $correlationId: 'cc',
    })
  },
)

rule('5', 'links that others write are linked by category with the same target', projected, async (server) => {
  const [name, target] = [category(server), server.name()]
  await server.client.appendToStream(target, event('Target'))
  await server.client.appendToStream(`${name}-1`, linkTo(`0@${target}`))
  await becomes(() => linksIn(server, `$ce-${name}`), [`0@${target}`])
})

rule('5', 'a soft delete appears in the category as the metadata that deletes', projected, async (server) => {
  const name = category(server)
  await server.client.appendToStream(`${name}-1`, event())
  await server.client.deleteStream(`${name}-1`)
  await becomes(() => linksIn(server, `$ce-${name}`), [`0@${name}-1`, `0@$$${name}-1`])
  const links = await all(server.client.readStream(`$ce-${name}`, { resolveLinkTos: true }))
  expect(links.map(({ event: one }) => one?.type)).to.deep.equal([undefined, '$metadata'])
  expect(links[1]?.link?.metadata).to.deep.include({ $deleted: -1, $o: `${name}-1` })
})

rule('5', '$by_event_type links every event that is no link by its type', projected, async (server) => {
  const [stream, type] = [server.name(), server.name('Type')]
  await server.client.appendToStream(stream, [event(type), event('Other'), event(type)])
  await server.client.appendToStream(server.name(), linkTo(`0@${stream}`))
  await becomes(() => linksIn(server, `$et-${type}`), [`0@${stream}`, `2@${stream}`])
})

rule('5', '$by_correlation_id links by the correlation in the metadata', projected, async (server) => {
  const [stream, correlation] = [server.name(), server.name('correlation')]
  await server.client.appendToStream(stream, [
    event('a', { metadata: { $correlationId: correlation } }),
    event('b'),
    event('c', { metadata: { $correlationId: correlation } }),
  ])
  await becomes(() => linksIn(server, `$bc-${correlation}`), [`0@${stream}`, `2@${stream}`])
})

rule(
  '5',
  '$by_correlation_id takes no notice of what projections write because of an event',
  projected,
  async (server) => {
    const [name, correlation] = [category(server), server.name('correlation')]
    for (let n = 0; n < 2; n += 1)
      await server.client.appendToStream(`${name}-1`, event('a', { metadata: { $correlationId: correlation } }))
    await becomes(() => linksIn(server, `$category-${name}`), [`${name}-1`])
    await becomes(() => linksIn(server, `$ce-${name}`), [`0@${name}-1`, `1@${name}-1`])
    // Each projection has a pace of its own: when this one has come to what was written after the links, it has passed them.
    const later = server.name()
    await server.client.appendToStream(later, event('b', { metadata: { $correlationId: correlation } }))
    await becomes(() => linksIn(server, `$bc-${correlation}`), [`0@${name}-1`, `1@${name}-1`, `0@${later}`])
  },
)

rule('5', '$streams has the first event of each stream', projected, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, many(3))
  await until('the stream', async () => (await linksIn(server, '$streams')).includes(`0@${stream}`))
  expect(await linksIn(server, '$streams')).not.to.include(`1@${stream}`)
})

rule('5', '$stream_by_category has the name of each stream', projected, async (server) => {
  const name = category(server)
  await server.client.appendToStream(`${name}-1`, many(2))
  await server.client.appendToStream(`${name}-2`, many(1))
  await becomes(() => linksIn(server, `$category-${name}`), [`${name}-1`, `${name}-2`])
  expect((await all(server.client.readStream(`$category-${name}`)))[0]?.event?.type).to.equal('$@')
})

rule(
  '5',
  'a persistent subscription on a category resolves its links, and checkpoints by their numbers',
  { ...projected, seen: 'watched' },
  async (server) => {
    const name = category(server)
    await server.client.appendToStream(`${name}-1`, [event('a'), event('b')])
    const group = await Group.create(server, `$ce-${name}`, 'group', {
      resolveLinkTos: true,
      checkPointLowerBound: 1,
      checkPointUpperBound: 1,
    })
    const consumer = group.consumer()
    await consumer.saw('a', 'b')
    await server.client.appendToStream(`${name}-2`, event('c'))
    await consumer.saw('a', 'b', 'c')
    expect(consumer.deliveries.map(({ event: one, link }) => [one?.streamId, Number(link?.revision)])).to.deep.equal([
      [`${name}-1`, 0],
      [`${name}-1`, 1],
      [`${name}-2`, 2],
    ])
    await consumer.ack(0)
    await apart()
    await consumer.ack(2)
    await apart()
    await consumer.nack('park', 'x', 1)
    await becomes(async () => (await group.checkpoints()).at(-1), '2')
    expect((await group.parked()).map(({ data }) => Buffer.from(data as Uint8Array).toString())).to.deep.equal([
      `1@${name}-1`,
    ])
  },
)

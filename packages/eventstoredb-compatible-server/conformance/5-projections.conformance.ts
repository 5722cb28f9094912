import { END } from '@eventstore/db-client'
import { expect } from 'chai'
import { event, linkTo, many } from './suite/appending.ts'
import { Group } from './suite/group.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { all, apart, becomes, refusalType, until } from './suite/waiting.ts'

let categories = 0
/** A category that nobody has used: its streams are `name-1`, `name-2` … */
const category = (server: Server): string => `${server.name('cat')}${(categories += 1)}`

/** The texts of the links in a stream; none while it is not there. */
const linksIn = async (server: Pick<Server, 'client'>, stream: string): Promise<string[]> =>
  (await all(server.client.readStream(stream)).catch(() => [])).map(({ event: one }) =>
    Buffer.from(one?.data as Uint8Array).toString(),
  )

const projected = { seen: 'real', needs: 'projections' } as const

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

rule('5', 'the status of a projection can be asked for, and it may be enabled twice', projected, async (server) => {
  await server.client.enableProjection('$by_category')
  const status = await server.client.getProjectionStatus('$by_category')
  expect([status.name, status.effectiveName, status.projectionStatus]).to.deep.equal([
    '$by_category',
    '$by_category',
    'Running',
  ])
  const names = (await server.client.listProjections()).map(({ name }) => name)
  expect(names).to.include.members([
    '$by_category',
    '$by_event_type',
    '$by_correlation_id',
    '$streams',
    '$stream_by_category',
  ])
})

rule(
  '5',
  'a projection that is disabled writes nothing until it is enabled, then what it missed',
  { seen: 'read', needs: 'projections', only: 'would disturb others' },
  async (server) => {
    const name = category(server)
    const status = async () => (await server.client.getProjectionStatus('$by_category')).projectionStatus
    await server.client.disableProjection('$by_category')
    server.after(() => server.client.enableProjection('$by_category'))
    await becomes(status, 'Stopped')
    await server.client.appendToStream(`${name}-1`, many(2))
    expect(await linksIn(server, `$ce-${name}`)).to.deep.equal([])
    await server.client.enableProjection('$by_category')
    await becomes(status, 'Running')
    await becomes(() => linksIn(server, `$ce-${name}`), [`0@${name}-1`, `1@${name}-1`])
  },
)

rule(
  '5',
  'a projection that is aborted says so until it is enabled, and takes what it missed then',
  { seen: 'read', needs: 'projections', only: 'would disturb others' },
  async (server) => {
    const name = category(server)
    const status = async () => (await server.client.getProjectionStatus('$by_category')).projectionStatus
    await server.client.abortProjection('$by_category')
    server.after(() => server.client.enableProjection('$by_category'))
    await becomes(status, 'Aborted')
    await server.client.appendToStream(`${name}-1`, event())
    await server.client.enableProjection('$by_category')
    await becomes(status, 'Running')
    await becomes(() => linksIn(server, `$ce-${name}`), [`0@${name}-1`])
  },
)

rule(
  '5',
  'a projection that is reset writes no link twice',
  { seen: { onlyHere: 'nobody has watched it there, nor is it promised' }, needs: 'projections' },
  async (server) => {
    const name = category(server)
    await server.client.appendToStream(`${name}-1`, event())
    await server.client.resetProjection('$by_category')
    await server.client.appendToStream(`${name}-1`, event())
    await becomes(() => linksIn(server, `$ce-${name}`), [`0@${name}-1`, `1@${name}-1`])
  },
)

rule(
  '5',
  'a projection that is not there is not found',
  { seen: 'read', since: '24.6.0', needs: 'projections' },
  async (server) => {
    for (const attempt of [
      () => server.client.enableProjection('nothing'),
      () => server.client.disableProjection('nothing'),
      () => server.client.getProjectionStatus('nothing'),
      () => server.client.updateProjection('nothing', 'fromAll()'),
      () => server.client.resetProjection('nothing'),
      () => server.client.deleteProjection('nothing'),
    ]) {
      expect(await refusalType(attempt())).to.equal('not-found')
    }
  },
)

rule(
  '5',
  'the standard projections are there from the start, and stopped',
  { seen: { onlyHere: 'whether there are any, and running, is said by options of the real server' }, waits: true },
  async (server) => {
    const own = await OwnServer.start(server)
    const found = await own.client.listProjections()
    expect(found.map(({ name, projectionStatus }) => `${name} ${projectionStatus}`).sort()).to.deep.equal([
      '$by_category Stopped',
      '$by_correlation_id Stopped',
      '$by_event_type Stopped',
      '$stream_by_category Stopped',
      '$streams Stopped',
    ])
  },
)

rule('5', 'links come some time after the answer', { ...projected, seen: 'watched' }, async (server) => {
  const name = category(server)
  // A busy machine may be later than the link, but not each time.
  const seenAtOnce: number[] = []
  for (let n = 0; n < 5; n += 1) {
    await server.client.appendToStream(`${name}x${n}-1`, event())
    seenAtOnce.push((await linksIn(server, `$ce-${name}x${n}`)).length)
    await becomes(() => linksIn(server, `$ce-${name}x${n}`), [`0@${name}x${n}-1`])
  }
  expect(seenAtOnce).to.include(0)
})

rule(
  '5',
  'a group on links that starts at the end, created right after an append, gets its event: the link comes later',
  { ...projected, seen: 'watched' },
  async (server) => {
    const got: number[] = []
    for (let n = 0; n < 5; n += 1) {
      const type = server.name('Type')
      await server.client.appendToStream(server.name(), event(type))
      const group = await Group.create(server, `$et-${type}`, 'group', { resolveLinkTos: true, startFrom: END })
      const consumer = await group.consumer().ready()
      await becomes(async () => (await linksIn(server, `$et-${type}`)).length, 1)
      const { id } = event(type)
      await server.client.appendToStream(server.name(), event(type, { id }))
      await until(
        'the next event',
        () => consumer.deliveries.some(({ event: one }) => one?.id === id),
        () => consumer.seen,
      )
      got.push(consumer.deliveries.length)
    }
    // Here too a busy machine may be late.
    expect(got).to.include(2)
  },
)

rule(
  '5',
  'without a delay links are there as soon as the append is answered',
  { seen: { differs: 'links are written some time after the answer' }, waits: true },
  async (server) => {
    const own = await OwnServer.start(server, { startStandardProjections: true, linkDelay: 0 })
    for (let n = 0; n < 20; n += 1) {
      await own.append('cat-1', event())
      expect((await linksIn(own, '$ce-cat')).length).to.equal(n + 1)
    }
  },
)

import { expect } from 'chai'
import { event } from './suite/appending.ts'
import { Group } from './suite/group.ts'
import { rule } from './suite/rule.ts'

rule('7.2', 'groups of a stream are listed under its name, percent-encoded where need be', { seen: 'read' }, async (server) => {
  const stream = `${server.name()} ä/b`
  await Group.create(server, stream, 'one')
  await Group.create(server, stream, 'other')
  const { status, body } = await server.http('GET', `/subscriptions/${encodeURIComponent(stream)}`)
  expect([status, (JSON.parse(body) as { groupName: string }[]).map(({ groupName }) => groupName).sort()]).to.deep.equal([200, ['one', 'other']])
  expect((await server.http('GET', `/subscriptions/${server.name()}`)).status).to.equal(404)
})

rule('7.2', 'parked messages are replayed by a POST, up to a number', { seen: 'read' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, [event('a'), event('b')])
  const group = await Group.create(server, stream, 'group')
  const consumer = group.consumer()
  await consumer.saw('a', 'b')
  await consumer.nack('park', 'x', 0, 1)
  await group.parkedCount(2)
  expect((await server.http('POST', `/subscriptions/${stream}/group/replayParked?stopAt=1`)).status).to.equal(200)
  await consumer.saw('a', 'b', 'a')
  expect((await server.http('POST', `/subscriptions/${stream}/group/replayParked`)).status).to.equal(200)
  await consumer.saw('a', 'b', 'a', 'b')
  expect((await server.http('POST', `/subscriptions/${stream}/none/replayParked`)).status).to.equal(404)
})

rule('7.2', 'the subsystem is restarted by a POST', { seen: 'read', only: 'would disturb others' }, async (server) => {
  const group = await Group.create(server, server.name(), 'group')
  const consumer = await group.consumer().ready()
  expect((await server.http('POST', '/subscriptions/restart')).status).to.equal(200)
  expect(await consumer.failed()).to.equal('persistent-subscription-dropped')
})

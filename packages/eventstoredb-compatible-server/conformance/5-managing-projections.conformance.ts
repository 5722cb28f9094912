import { expect } from 'chai'
import { event, many } from './suite/appending.ts'
import { category, linksIn, projected } from './suite/links.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import { becomes, refusalType } from './suite/waiting.ts'

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

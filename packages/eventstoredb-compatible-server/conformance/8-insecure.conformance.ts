import { expect } from 'chai'
import { event, many, revisions } from './suite/appending.ts'
import { Group } from './suite/group.ts'
import { rule } from './suite/rule.ts'
import { all } from './suite/waiting.ts'

rule('8', 'everybody may do everything: access lists are kept and not enforced', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, event())
  await server.client.setStreamMetadata(stream, {
    acl: {
      readRoles: ['$admins'],
      writeRoles: ['$admins'],
      deleteRoles: ['$admins'],
      metaReadRoles: ['$admins'],
      metaWriteRoles: ['$admins'],
    },
  })
  await server.client.appendToStream(stream, event())
  expect(await revisions(server, stream)).to.deep.equal([0, 1])
  expect((await server.client.getStreamMetadata(stream)).metadata?.acl?.readRoles).to.deep.equal(['$admins'])
  await server.client.deleteStream(stream)
})

rule('8', 'credentials are not looked at', { seen: 'real' }, async (server) => {
  const stream = server.name()
  const credentials = { username: 'nobody', password: 'wrong' }
  await server.client.appendToStream(stream, event(), { credentials })
  expect((await all(server.client.readStream(stream, { credentials }))).length).to.equal(1)
})

rule(
  '8',
  'system streams are open to everybody, and groups may be made by everybody',
  { seen: 'real' },
  async (server) => {
    const stream = server.name('$system')
    await server.client.appendToStream(stream, many(2, 'a'))
    await (await Group.create(server, stream, 'group')).consumer().saw('a', 'a')
  },
)

import { expect } from 'chai'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js'
import { unary } from './suite/call-result.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'

const supported = async (server: Server): Promise<SupportedMethods | undefined> => {
  const { features } = server
  return (await unary<SupportedMethods>((done) => features.getSupportedMethods(new shared.Empty(), done))).messages[0]
}

/** Features of every method of a service, by its name. */
const methodsOf = async (server: Server, service: string): Promise<Record<string, string[]>> =>
  Object.fromEntries(
    ((await supported(server))?.getMethodsList() ?? [])
      .filter((method) => method.getServiceName() === service)
      .map((method) => [method.getMethodName(), method.getFeaturesList().sort()] as const)
      .sort(),
  )

rule('1.3', 'says its version as three numbers', { seen: 'real' }, async (server) => {
  expect((await supported(server))?.getEventStoreServerVersion()).to.match(/^\d+\.\d+\.\d+/)
})

rule('1.3', 'lists the methods for streams with their features, in lower case', { seen: 'real' }, async (server) => {
  expect(await methodsOf(server, 'event_store.client.streams.streams')).to.deep.equal({
    append: [],
    batchappend: ['deadline_duration'],
    delete: [],
    read: ['events', 'position'],
    tombstone: [],
  })
})

rule(
  '1.3',
  'lists all methods for persistent subscriptions as able to do streams and $all',
  { seen: 'real' },
  async (server) => {
    const both = ['all', 'stream']
    expect(
      await methodsOf(server, 'event_store.client.persistent_subscriptions.persistentsubscriptions'),
    ).to.deep.equal({
      create: both,
      delete: both,
      getinfo: both,
      list: both,
      read: both,
      replayparked: both,
      restartsubsystem: both,
      update: both,
    })
  },
)

rule('1.3', 'lists features and gossip', { seen: 'real' }, async (server) => {
  expect(await methodsOf(server, 'event_store.client.server_features.serverfeatures')).to.deep.equal({
    getsupportedmethods: [],
  })
  expect(await methodsOf(server, 'event_store.client.gossip.gossip')).to.have.property('read')
})

rule(
  '1.3',
  'lists the methods for projections, of which create can track emitted streams',
  { seen: 'real' },
  async (server) => {
    const projections = await methodsOf(server, 'event_store.client.projections.projections')
    expect(Object.keys(projections)).to.include.members(['disable', 'enable', 'statistics'])
    expect(projections['create']).to.deep.equal(['track_emitted_streams'])
  },
)

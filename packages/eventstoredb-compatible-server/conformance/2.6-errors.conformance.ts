import { persistentSubscriptionToStreamSettingsFromDefaults as settings } from '@eventstore/db-client'
import { expect } from 'chai'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import { event, many } from './suite/appending.ts'
import { status, unary } from './suite/call-result.ts'
import { appendOptions, identifier, proposed, rawAppend } from './suite/raw-append.ts'
import { rawRead } from './suite/raw-read.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { all, refusal, refusalType } from './suite/waiting.ts'

const rawDelete = (server: Server, stream: string, revision: bigint) => {
  const stub = server.streams
  const options = new streams.DeleteReq.Options().setStreamIdentifier(identifier(stream)).setRevision(String(revision))
  return unary<streams.DeleteResp>((done) => stub.delete(new streams.DeleteReq().setOptions(options), done))
}
const rawTombstone = (server: Server, stream: string) => {
  const stub = server.streams
  const options = new streams.TombstoneReq.Options()
    .setStreamIdentifier(identifier(stream))
    .setStreamExists(new shared.Empty())
  return unary<streams.TombstoneResp>((done) => stub.tombstone(new streams.TombstoneReq().setOptions(options), done))
}

rule(
  '2.6',
  'deleting at a wrong revision is wrong-expected-version, with both revisions in the trailers',
  { seen: 'real' },
  async (server) => {
    const [stream, missing] = [server.name(), server.name()]
    await server.client.appendToStream(stream, many(2))
    const deleted = await rawDelete(server, stream, 7n)
    expect(status(deleted, 'exception', 'stream-name', 'expected-version', 'actual-version')).to.deep.equal({
      code: 9,
      details: `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: 7, Actual version: 1`,
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': '7',
      'actual-version': '1',
    })
    const buried = await rawTombstone(server, missing)
    expect(status(buried, 'exception', 'expected-version', 'actual-version')).to.deep.include({
      code: 9,
      exception: 'wrong-expected-version',
      'expected-version': '-4',
      'actual-version': '-1',
    })
    expect(await refusal(server.client.deleteStream(stream, { expectedRevision: 7n }))).to.deep.include({
      type: 'wrong-expected-version',
      streamName: stream,
      expectedVersion: 7n,
      actualVersion: 1n,
    })
  },
)

rule(
  '2.6',
  'whatever is done with a tombstoned stream is stream-deleted, with its name',
  { seen: 'real' },
  async (server) => {
    const { client } = server
    const stream = server.name()
    await client.tombstoneStream(stream, { expectedRevision: 'any' })
    expect(status(await rawRead(server, { stream, count: 10n }), 'exception', 'stream-name')).to.deep.equal({
      code: 9,
      details: `Event stream '${stream}' is deleted.`,
      exception: 'stream-deleted',
      'stream-name': stream,
    })
    const attempts = [
      () => all(client.readStream(stream)),
      () => client.deleteStream(stream),
      () => client.tombstoneStream(stream),
      () => client.setStreamMetadata(stream, {}),
      () => client.getStreamMetadata(stream),
    ]
    for (const attempt of attempts) expect(await refusal(attempt())).to.have.property('type', 'stream-deleted')
  },
)

rule('2.6', 'a stream that is not there is stream-not-found', { seen: 'real' }, async (server) => {
  const stream = server.name()
  expect(await refusal(all(server.client.readStream(stream)))).to.deep.include({
    type: 'stream-not-found',
    streamName: stream,
  })
})

rule('2.6', 'an append that is too large says how large it may be', { seen: 'real' }, async (server) => {
  const result = await rawAppend(server, appendOptions(server.name()), proposed({ data: new Uint8Array(1_048_577) }))
  expect(status(result, 'exception', 'maximum-append-size')).to.deep.equal({
    code: 3,
    details: 'Maximum Append Size of 1048576 Exceeded.',
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': '1048576',
  })
})

rule(
  '2.6',
  'a group that is missing, there already, wrong, or full has an error of its own, which names it',
  { seen: 'real' },
  async (server) => {
    const { client } = server
    const [stream, other] = [server.name(), server.name()]
    const group = { streamName: stream, groupName: 'group' }
    await client.createPersistentSubscriptionToStream(stream, 'group', settings({ maxSubscriberCount: 1 }))
    expect(await refusal(client.createPersistentSubscriptionToStream(stream, 'group', settings()))).to.deep.equal({
      type: 'persistent-subscription-exists',
      code: 6,
      ...group,
    })
    const missing = { type: 'persistent-subscription-does-not-exist', code: 5, streamName: other, groupName: 'group' }
    for (const attempt of [
      () => client.updatePersistentSubscriptionToStream(other, 'group', settings()),
      () => client.deletePersistentSubscriptionToStream(other, 'group'),
      () => client.getPersistentSubscriptionToStreamInfo(other, 'group'),
      () => client.replayParkedMessagesToStream(other, 'group'),
      () => all(client.subscribeToPersistentSubscriptionToStream(other, 'group')),
    ])
      expect(await refusal(attempt())).to.deep.equal(missing)
    const failed = await refusal(
      client.createPersistentSubscriptionToStream(other, 'group', settings({ readBatchSize: 500 })),
    )
    expect(failed).to.deep.include({
      type: 'persistent-subscription-failed',
      code: 13,
      streamName: other,
      groupName: 'group',
    })
    const first = client.subscribeToPersistentSubscriptionToStream(stream, 'group')
    first.on('error', () => undefined)
    await new Promise<void>((resolve) => first.once('confirmation', () => resolve()))
    expect(await refusal(all(client.subscribeToPersistentSubscriptionToStream(stream, 'group')))).to.deep.equal({
      type: 'maximum-subscribers-reached',
      code: 9,
      ...group,
    })
    await first.unsubscribe()
  },
)

rule('2.6', 'the messages of persistent subscriptions are these', { seen: 'real' }, async (server) => {
  const { client } = server
  const stream = server.name()
  const messageOf = (promise: Promise<unknown>) =>
    promise.then(
      () => '',
      (error: Error) => error.message,
    )
  expect([
    await messageOf(client.getPersistentSubscriptionToStreamInfo(stream, 'group')),
    await messageOf(client.listPersistentSubscriptionsToStream(stream)),
    await messageOf(client.replayParkedMessagesToStream(stream, 'group')),
  ]).to.deep.equal([
    `5 NOT_FOUND: Subscription group group on stream ${stream} does not exist.`,
    `5 NOT_FOUND: Subscription group  on stream ${stream} does not exist.`,
    `5 NOT_FOUND: Subscription group group on stream ${stream} does not exist.`,
  ])
  await client.createPersistentSubscriptionToStream(stream, 'group', settings())
  expect(await messageOf(client.createPersistentSubscriptionToStream(stream, 'group', settings()))).to.equal(
    `6 ALREADY_EXISTS: Subscription group group on stream ${stream} exists.`,
  )
})

rule(
  '2.6',
  'names that begin or end with a space do no harm to errors',
  {
    seen: {
      onlyHere: 'nobody has watched it there: HTTP/2 throws such trailers away, and the client fails without them',
    },
  },
  async (server) => {
    const { client } = server
    for (const stream of [` ${server.name()}`, `${server.name()} `]) {
      expect(await refusalType(client.deleteStream(stream))).to.equal('wrong-expected-version')
      await client.tombstoneStream(stream)
      expect(await refusalType(client.deleteStream(stream))).to.equal('stream-deleted')
      expect(await refusalType(all(client.readStream(stream)))).to.equal('stream-deleted')
    }
  },
)

rule(
  '2.6',
  'names that are not ASCII do no harm to errors',
  { seen: { onlyHere: 'nobody has watched it there, nor is it promised' } },
  async (server) => {
    const { client } = server
    const stream = `${server.name()}-größe-日本\n`
    await client.appendToStream(stream, event())
    expect(await refusalType(client.deleteStream(stream, { expectedRevision: 9n }))).to.equal('wrong-expected-version')
    expect(await refusalType(client.getPersistentSubscriptionToStreamInfo(stream, 'größe'))).to.equal(
      'persistent-subscription-does-not-exist',
    )
    await client.tombstoneStream(stream)
    expect(await refusalType(all(client.readStream(stream)))).to.equal('stream-deleted')
    expect(await refusalType(client.appendToStream(stream, event()))).to.equal('stream-deleted')
  },
)

import { persistentSubscriptionToStreamSettingsFromDefaults as settings, START } from '@eventstore/db-client'
import type { AppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import type { ServiceError } from '@grpc/grpc-js'
import { expect } from 'chai'
import { event, revisions } from './suite/appending.ts'
import { unary } from './suite/call-result.ts'
import { Following } from './suite/following.ts'
import { OwnServer } from './suite/own-server.ts'
import { appendOptions, proposed } from './suite/raw-append.ts'
import { rule } from './suite/rule.ts'
import { becomes, until } from './suite/waiting.ts'

/** A catch-up subscription and a consumer of a group, both at work; how they end. */
const watched = async (own: OwnServer) => {
  const { server, client } = own
  const stream = server.name()
  await client.createPersistentSubscriptionToStream(stream, 'group', settings())
  const errors: Record<string, Error & { type?: unknown }> = {}
  let ready = 0
  const group = client.subscribeToPersistentSubscriptionToStream(stream, 'group')
  group
    .on('error', (error) => (errors['group'] = error))
    .on('confirmation', () => (ready += 1))
    .on('data', () => undefined)
  const following = new Following({ after: () => undefined }, client.subscribeToStream(stream, { fromRevision: START }))
  following.subscription.on('error', (error) => (errors['stream'] = error))
  await following.caughtUp()
  await until('the consumer', () => ready === 1)
  return errors
}

const types = (errors: Record<string, { type?: unknown }>) => () => [errors['group']?.type, errors['stream']?.type]

rule(
  '1.7',
  'a server that is told to stop drops the consumers of persistent subscriptions as such',
  { seen: 'watched', only: 'kills the server', waits: true },
  async (server) => {
    const own = await OwnServer.startProcess(server)
    const errors = await watched(own)
    await own.end('SIGTERM')
    await becomes(() => errors['group']?.type, 'persistent-subscription-dropped')
  },
)

rule(
  '1.7',
  'a server that is told to stop ends subscriptions with an error that may pass',
  { seen: 'watched', only: 'kills the server', waits: true },
  async (server) => {
    const own = await OwnServer.startProcess(server)
    const errors = await watched(own)
    await own.end('SIGTERM')
    await until('the error', () => errors['stream'] !== undefined)
    expect(errors['stream']?.type).to.be.oneOf(['unknown', 'unavailable', 'cancelled'])
  },
)

rule(
  '1.7',
  'a server that is told to stop ends other calls as unavailable, and is soon gone',
  { seen: { differs: 'calls get no answer for some seconds, then end as UNKNOWN or INTERNAL' }, waits: true },
  async (server) => {
    const own = await OwnServer.startProcess(server)
    const errors = await watched(own)
    const began = performance.now()
    expect(await own.end('SIGTERM')).to.equal(0)
    expect(performance.now() - began).to.be.lessThan(10_000)
    await becomes(types(errors), ['persistent-subscription-dropped', 'unavailable'])
  },
)

rule(
  '1.7',
  'an append that is still being sent when the server is told to stop ends as unavailable, and leaves nothing',
  { seen: { differs: 'it ends as UNKNOWN or INTERNAL' }, waits: true },
  async (server) => {
    const own = await OwnServer.startProcess(server)
    const { server: first } = own
    server.after(() => first.close())
    const stream = server.name()
    const { streams: stub } = first
    const begin = (done: (error: ServiceError | null, answer: AppendResp) => void) => {
      const call = stub.append(done)
      call.write(appendOptions(stream))
      call.write(proposed())
      return call
    }
    const unfinished = unary(begin)
    // Calls of one connection begin in order: when this one is answered, the server has the other.
    await unary<AppendResp>((done) => begin(done).end())
    await own.end('SIGTERM')
    expect(await unfinished).to.deep.include({ code: 14, details: 'The server is shutting down.' })
    await own.start()
    expect(await revisions(own, stream)).to.deep.equal([0])
  },
)

rule(
  '1.7',
  'when it is killed everything open ends as unavailable or cancelled',
  { seen: 'watched', only: 'kills the server', waits: true },
  async (server) => {
    const own = await OwnServer.startProcess(server)
    const errors = await watched(own)
    await own.end('SIGKILL')
    await until('both errors', () => errors['group'] !== undefined && errors['stream'] !== undefined)
    for (const type of types(errors)()) expect(type).to.be.oneOf(['unavailable', 'cancelled'])
  },
)

rule(
  '1.7',
  'while it is down appends fail with code 14; when it is back the same client works again',
  { seen: 'watched', only: 'kills the server', waits: true },
  async (server) => {
    const own = await OwnServer.startProcess(server)
    const { server: first, client } = own
    const stream = first.name()
    await own.append(stream, event())
    await own.end('SIGKILL')
    const codes: unknown[] = []
    const credentials = { username: 'admin', password: 'changeit' }
    const append = () =>
      client.appendToStream(stream, event(), { credentials }).then(
        () => true,
        (error: { code?: unknown }) => {
          codes.push(error.code)
          return false
        },
      )
    for (let n = 0; n < 3; n += 1) await append()
    expect(codes).to.deep.equal([14, 14, 14])
    server.after(() => first.close())
    await own.start(first.port)
    await until('the client works again', append, () => codes, 20_000)
    expect(await revisions(own, stream)).to.deep.equal([0, 1])
  },
)

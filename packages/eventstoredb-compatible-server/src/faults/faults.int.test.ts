import { setTimeout as pause } from 'node:timers/promises'
import {
  END,
  jsonEvent,
  NotFoundError,
  PersistentSubscriptionDroppedError,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  UnavailableError,
  UnknownError,
  type EventStoreDBClient,
  type PersistentSubscriptionToStreamResolvedEvent,
} from '@eventstore/db-client'
import grpc from '@grpc/grpc-js'
import { expect } from 'chai'
import { collect } from '../testing/collect.ts'
import { Opened } from '../testing/running-server.ts'
import { errorOf, until } from '../testing/until.ts'
import type { ControlledEventStore } from './controlled-event-store.ts'

const event = () => jsonEvent({ type: 'Happened', data: {} })

describe('faults on demand, through the client', () => {
  const opened = new Opened()
  let server: ControlledEventStore
  let client: EventStoreDBClient
  beforeEach(async () => {
    server = await opened.controlled()
    client = opened.client(server)
    await client.appendToStream('s', event())
  })
  afterEach(() => opened.close())

  const lengthOf = async (stream: string): Promise<number> => (await collect(client.readStream(stream))).length

  /** A consumer that acknowledges everything. */
  const consume = async (group: string) => {
    await client.createPersistentSubscriptionToStream(
      's',
      group,
      persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START }),
    )
    const got: bigint[] = []
    const errors: unknown[] = []
    const ends: string[] = []
    const subscription = client.subscribeToPersistentSubscriptionToStream('s', group)
    subscription.on('error', (error) => errors.push(error)).on('end', () => ends.push('end'))
    subscription.on('data', (message: PersistentSubscriptionToStreamResolvedEvent) => {
      got.push(message.event?.revision ?? -1n)
      void subscription.ack(message)
    })
    return { got, errors, ends }
  }

  it('answers late', async () => {
    server.faults.answerLate('append', 300)
    const began = performance.now()
    expect((await client.appendToStream('s', event())).nextExpectedRevision).to.equal(1n)
    expect(performance.now() - began).to.be.greaterThan(290)
  })

  it('does not answer at all, though the event is written', async () => {
    server.faults.answerNever('append')
    const silent = client.appendToStream('s', event())
    silent.catch(() => undefined)
    await until('the event', async () => (await lengthOf('s')) === 2)
    expect(await Promise.race([silent.then(() => 'answered'), pause(200, 'silence')])).to.equal('silence')
    expect((await client.appendToStream('s', event())).nextExpectedRevision).to.equal(2n)
  })

  it('drops the connection after the write and before the answer', async () => {
    server.faults.dropBeforeAnswer('append')
    expect(await errorOf(client.appendToStream('s', event()))).to.be.instanceOf(UnavailableError)
    await until(
      'the client is back',
      async () =>
        lengthOf('s').then(
          (length) => length === 2,
          () => false,
        ),
      15_000,
    )
  }).timeout(20_000)

  it('refuses a request before anything is done', async () => {
    server.faults.refuse('append', grpc.status.UNAVAILABLE, 'Server Is Too Busy')
    expect(await errorOf(client.appendToStream('s', event()))).to.be.instanceOf(UnavailableError)
    server.faults.refuse('groups', grpc.status.NOT_FOUND, 'nowhere')
    const creating = client.createPersistentSubscriptionToStream(
      's',
      'g',
      persistentSubscriptionToStreamSettingsFromDefaults(),
    )
    expect(await errorOf(creating)).to.be.instanceOf(NotFoundError)
    await until(
      'the client is back',
      async () =>
        lengthOf('s').then(
          (length) => length === 1,
          () => false,
        ),
      15_000,
    )
  }).timeout(20_000)

  it('delivers a message of a persistent subscription twice', async () => {
    server.faults.deliverTwice()
    const consumer = await consume('twice')
    await until('both', () => consumer.got.length === 2)
    await client.appendToStream('s', event())
    await until('the next', () => consumer.got.length === 3)
    expect(consumer.got).to.deep.equal([0n, 0n, 1n])
  })

  it('ends streams gracefully', async () => {
    const consumer = await consume('graceful')
    await until('the message', () => consumer.got.length === 1)
    server.faults.endGracefully('consume')
    await until('the end', () => consumer.ends.length === 1)
    expect(consumer.errors).to.deep.equal([])
    // The group knows that its consumer is gone.
    await until(
      'no connection',
      async () => (await client.getPersistentSubscriptionToStreamInfo('s', 'graceful')).connections.length === 0,
    )
  })

  it('ends streams with any status', async () => {
    const consumer = await consume('status')
    const errors: unknown[] = []
    client
      .subscribeToStream('s')
      .on('error', (error) => errors.push(error))
      .on('data', () => undefined)
    await until('both run', () => consumer.got.length === 1 && server.faults.counts().calls === 3)
    server.faults.endWith('consume', grpc.status.CANCELLED, 'dropped', {
      exception: 'persistent-subscription-dropped',
      'stream-name': 's',
      'group-name': 'status',
    })
    server.faults.endWith('read', grpc.status.UNAVAILABLE, 'gone')
    await until('both errors', () => consumer.errors.length === 1 && errors.length === 1)
    expect(consumer.errors[0]).to.be.instanceOf(PersistentSubscriptionDroppedError)
    expect(errors[0]).to.be.instanceOf(UnavailableError)
  })

  it('ends a read in the middle of what it sends', async () => {
    const large = () => jsonEvent({ type: 'Large', data: { text: 'x'.repeat(50_000) } })
    for (let n = 0; n < 10; n += 1) await client.appendToStream('large', Array.from({ length: 10 }, large))
    const got: unknown[] = []
    const error = await errorOf(
      (async () => {
        for await (const item of client.readStream('large')) {
          got.push(item)
          if (got.length === 3) server.faults.endWith('read', grpc.status.UNKNOWN, 'gone')
        }
      })(),
    )
    expect(error).to.be.instanceOf(UnknownError).with.property('code', grpc.status.UNKNOWN)
    expect(got.length).to.be.within(3, 99)
  })

  it('pauses delivery, and then delivers what was held', async () => {
    const consumer = await consume('paused')
    await until('the message', () => consumer.got.length === 1)
    server.faults.pauseDelivery('consume')
    for (let n = 0; n < 5; n++) await client.appendToStream('s', event())
    await pause(200)
    expect(consumer.got.length).to.equal(1)
    server.faults.resumeDelivery('consume')
    await until('all', () => consumer.got.length === 6)
    expect(consumer.got).to.deep.equal([0n, 1n, 2n, 3n, 4n, 5n])
  })

  it('drops all connections, and dies', async () => {
    const errors: unknown[] = []
    const subscription = client.subscribeToStream('s')
    subscription.on('error', (error) => errors.push(error)).on('data', () => undefined)
    await until('subscribed', () => server.faults.counts().listeners === 2)
    server.faults.dropConnections()
    await until('the error', () => errors.length === 1)
    expect(errors[0]).to.be.instanceOf(UnavailableError)
    await server.kill()
    expect(await errorOf(opened.client(server).appendToStream('s', event()))).to.have.property(
      'code',
      grpc.status.UNAVAILABLE,
    )
  })

  it('has groups lose messages, those that are made or loaded while it is told to', async () => {
    const given: Record<string, bigint[]> = {}
    for (const lose of [true, false]) {
      server.faults.loseMessages(lose)
      const group = lose ? 'losing' : 'keeping'
      const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: END })
      await client.createPersistentSubscriptionToStream(group, group, settings)
      await client.appendToStream(group, event())
      await client.restartPersistentSubscriptionSubsystem()
      const got: bigint[] = (given[group] = [])
      client
        .subscribeToPersistentSubscriptionToStream(group, group)
        .on('error', () => undefined)
        .on('data', ({ event: one }: PersistentSubscriptionToStreamResolvedEvent) => got.push(one?.revision ?? -1n))
      const { nextExpectedRevision } = await client.appendToStream(group, event())
      await until('the last', () => got.includes(nextExpectedRevision))
    }
    expect(given).to.deep.equal({ losing: [1n], keeping: [0n, 1n] })
  })

  it('fails no call where it is told to do so no times', async () => {
    server.faults.answerNever('read', 0)
    expect(await lengthOf('s')).to.equal(1)
  })

  it('forgets what was planned', async () => {
    server.faults.answerNever('append')
    server.faults.pauseDelivery('read')
    server.faults.clear()
    expect((await client.appendToStream('s', event())).success).to.equal(true)
    expect(await lengthOf('s')).to.equal(2)
  })
})

import { expect } from 'chai'
import { startControlledEventStore, type ControlledEventStore } from 'eventstoredb-compatible-server/source/testing'
import { anyGroupSettings, count, counted, numberIn } from '../../test/event-store/counting.ts'
import { rejection } from '../../test/support/rejection.ts'
import { untilTrue } from '../../test/support/until.ts'
import { connectEventStore } from './adapter.ts'
import { StoreUnavailable, type EventStore } from './port.ts'

/** How calls end when the server goes away, as it has been seen: told to stop, or killed. */
const ends = [
  ['UNKNOWN', 2, 'Exception was thrown by handler.'],
  ['INTERNAL', 13, 'Received RST_STREAM with code 0 (Call ended without gRPC status)'],
  ['CANCELLED', 1, ''],
  ['UNAVAILABLE', 14, 'Connection dropped'],
] as const

for (const [name, code, details] of ends) {
  describe(`calls of the event store adapter that end as ${name} because the server goes away`, () => {
    let server: ControlledEventStore
    let store: EventStore
    beforeEach(async () => {
      server = await startControlledEventStore({ port: 0, data: 'memory' })
      store = await connectEventStore({ url: server.url, appendTimeoutMs: 5_000 })
    })
    afterEach(async () => {
      await store.dispose()
      await server.stop()
    })

    it('a read in the middle goes on where it was', async () => {
      const stream = 'long'
      for (let n = 0; n < 20; n += 1) {
        await store.append(
          stream,
          Array.from({ length: 50 }, (_, m) => counted(50 * n + m, 'x'.repeat(5_000))),
          n === 0 ? 'no_stream' : BigInt(50 * n - 1),
        )
      }
      const numbers: number[] = []
      let broken = 0
      for await (const { data } of store.readStream(stream)) {
        numbers.push(numberIn(data))
        // There is more than fits on the way: the server has not said all.
        if (numbers.length !== 10) continue
        broken = server.faults.counts().calls
        server.faults.endWith('read', code, details)
      }
      expect(broken).to.be.greaterThan(0)
      expect(numbers).to.deep.equal(Array.from({ length: 1_000 }, (_, n) => n))
    })

    it('a read that has brought nothing yet is made again', async () => {
      await store.append('short', [counted(0)], 'no_stream')
      server.faults.refuse('read', code, details)
      expect(await count(store.readStream('short'))).to.equal(1)
      server.faults.refuse('read', code, details)
      expect(await store.headPosition()).not.to.equal(undefined)
    })

    it('a subscription to $all ends as one that may be begun again', async () => {
      const subscribe = () =>
        store.subscribeToAll({ after: 'start', streamPrefixes: ['x-'], signal: new AbortController().signal })
      const caughtUp = Promise.withResolvers<void>()
      const broken = rejection(
        (async () => {
          for await (const { kind } of subscribe()) if (kind === 'caught_up') caughtUp.resolve()
        })(),
      )
      await caughtUp.promise
      server.faults.endWith('read', code, details)
      expect(await broken).to.be.instanceOf(StoreUnavailable)
      server.faults.refuse('read', code, details)
      expect(await rejection(count(subscribe()))).to.be.instanceOf(StoreUnavailable)
      for await (const { kind } of subscribe()) if (kind === 'caught_up') break
    })

    it('the consumer of a group ends as one that may be connected again', async () => {
      await store.ensureGroup('group', anyGroupSettings)
      const broken = rejection(count((await store.connect('group', { bufferSize: 10 })).deliveries))
      server.faults.endWith('consume', code, details)
      expect(await broken).to.be.instanceOf(StoreUnavailable)
      server.faults.refuse('consume', code, details)
      expect(await rejection(store.connect('group', { bufferSize: 10 }))).to.be.instanceOf(StoreUnavailable)
      await (await store.connect('group', { bufferSize: 10 })).close()
    })

    it('what is asked about groups may be asked again, also when it was the first thing that was asked', async () => {
      for (const call of ['features', 'groups'] as const) {
        server.faults.refuse(call, code, details)
        expect(await rejection(store.ensureGroup('group', anyGroupSettings)), call).to.be.instanceOf(StoreUnavailable)
        await untilTrue('it answers again', () =>
          store.groupInfo('group').then(
            () => true,
            () => false,
          ),
        )
      }
      await store.ensureGroup('group', anyGroupSettings)
      expect((await store.groupInfo('group'))?.group).to.equal('group')
    })

    it('an append that was written and not answered is sent again, and is written once', async () => {
      await store.append('once', [counted(0)], 'no_stream')
      server.faults.pauseDelivery('append')
      const append = store.append('once', [counted(1)], 0n)
      await untilTrue('it is written', async () => (await count(store.readStream('once'))) === 2)
      server.faults.endWith('append', code, details)
      server.faults.clear()
      expect((await append).revision).to.equal(1n)
      expect(await count(store.readStream('once'))).to.equal(2)
    })
  })
}

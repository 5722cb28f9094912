import { expect } from 'chai'
import { startControlledEventStore, type ControlledEventStore } from 'eventstoredb-compatible-server/source/testing'
import { counted, numberIn } from '../../test/event-store/counting.ts'
import { startScriptedServer } from '../../test/event-store/scripted-server.ts'
import { rejection } from '../../test/support/rejection.ts'
import { untilTrue } from '../../test/support/until.ts'
import { connectEventStore } from './adapter.ts'
import { ClientClosed } from './client.ts'
import { StoreUnavailable, type EventStore } from './port.ts'

const event = (n: number) => counted(n, 'x'.repeat(5_000))

describe('what is under way when a client of the event store is closed', () => {
  let server: ControlledEventStore
  let store: EventStore
  beforeEach(async () => {
    server = await startControlledEventStore({ port: 0, data: 'memory' })
    store = await connectEventStore({ url: server.url })
    // There is more than fits on the way: the server has not said all when the reader is at the tenth.
    for (let n = 0; n < 1_000; n += 50) {
      await store.append(
        'long',
        Array.from({ length: 50 }, (_, m) => event(n + m)),
        n === 0 ? 'no_stream' : BigInt(n - 1),
      )
    }
  })
  afterEach(async () => {
    await store.dispose()
    await server.stop()
  })

  const readLong = async (atTheTenth: () => Promise<unknown>): Promise<readonly number[]> => {
    const numbers: number[] = []
    for await (const { data } of store.readStream('long')) {
      numbers.push(numberIn(data))
      if (numbers.length === 10) await atTheTenth()
    }
    return numbers
  }

  it('a read goes on by the client that takes its place', async () => {
    const numbers = await readLong(async () => {
      server.faults.refuse('features', 13, 'the client keeps this for ever')
      expect(await rejection(store.groupInfo('group'))).to.be.instanceOf(StoreUnavailable)
    })
    expect(numbers).to.deep.equal(Array.from({ length: 1_000 }, (_, n) => n))
  })

  it('a read ends with an error when the store is disposed of, and not as if that were all', async () => {
    expect(await rejection(readLong(() => store.dispose()))).to.be.instanceOf(ClientClosed)
  })

  it('an append is not sent again when the store is disposed of', async () => {
    server.faults.pauseDelivery('append')
    const append = rejection(store.append('long', [event(1_000)], 999n))
    await untilTrue('it is written', async () => (await store.lastEvents('long', 1))[0]?.revision === 1_000n)
    await store.dispose()
    expect(await append).to.be.instanceOf(ClientClosed)
  })
})

describe('calls that the event store ends in good order', () => {
  it('do not keep their client from being closed', async () => {
    const warnings: string[] = []
    const server = await startScriptedServer()
    const store = await connectEventStore({
      url: server.url,
      patienceMs: 200,
      warn: (message, error) => warnings.push(`${message}: ${String(error)}`),
    })
    server.script.endsCalls = true
    expect(await rejection(store.append('order-1', [event(0)], 'no_stream'))).to.be.instanceOf(StoreUnavailable)
    for await (const _ of (await store.connect('order', { bufferSize: 10 })).deliveries)
      expect.fail('nothing was delivered')
    await store.dispose()
    server.close()
    expect(server.asked).to.include('append')
    expect(warnings).to.deep.equal([])
  })
})

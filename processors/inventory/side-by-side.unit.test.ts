import { expect } from 'chai'
import { stockDecider } from '../../domain/inventory/stock.ts'
import { reservationDecider } from '../../domain/inventory/reservation.ts'
import { shopEvents } from '../../domain/registry.ts'
import { uuidv5 } from '../../domain/shared/ids.ts'
import { streams } from '../../domain/shared/streams.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import type { CommandContext } from '../../infrastructure/event-store/command-context.ts'
import { createCommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import { VersionConflict } from '../../infrastructure/event-store/port.ts'
import { createInMemoryStore, type InMemoryStore } from '../../test/simulation/in-memory-store.ts'
import { createRandom } from '../../test/simulation/random.ts'
import { inventoryHandler } from './handlers.ts'
import { sideBySide } from './side-by-side.ts'

const codec = createCodec(shopEvents)
const context = (name: string): CommandContext => ({
  commandId: uuidv5(name),
  correlationId: name,
  causationId: uuidv5(`cause of ${name}`),
  actor: { type: 'system', id: 'inventory' },
  now: () => new Date('2026-01-05T09:00:00.000Z'),
})
const turns = async (count: number) => {
  for (let n = 0; n < count; n += 1)
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
}

const replicaOf = (store: InMemoryStore, random: () => number) => {
  const commands = createCommandHandling({ store, codec, random, sleep: () => turns(1), retries: 100 })
  return { commands, handle: inventoryHandler(commands) }
}

const receive = async (store: InMemoryStore, stock: Readonly<Record<string, number>>) => {
  const { commands } = replicaOf(store, () => 0)
  for (const [sku, quantity] of Object.entries(stock)) {
    await commands.handle(
      stockDecider,
      streams.stock(sku),
      { type: 'ReceiveStock', sku, quantity, document: 'D-1' },
      context(sku),
    )
  }
}

const orderIdOf = (n: number) => uuidv5(`order ${n}`)

describe('lines side by side', () => {
  it('two orders for the last of two SKUs do not fail each other: 200 of them and two replicas sell at least nine of ten', async () => {
    for (const seed of [1, 2, 3]) {
      const random = createRandom(seed)
      const store = createInMemoryStore({ yield: () => turns(Math.floor(random.next() * 3)) })
      await receive(store, { A: 10, B: 10 })
      const replicas = [replicaOf(store, random.next), replicaOf(store, random.next)]
      const lines = [
        { sku: 'A', quantity: 1 },
        { sku: 'B', quantity: 1 },
      ]
      await Promise.all(
        Array.from({ length: 200 }, async (_, n) => {
          await turns(Math.floor(random.next() * 20))
          await replicas[n % 2]?.handle(
            { type: 'ReserveInventory', orderId: orderIdOf(n), lines },
            context(`reserves ${n}`),
          )
        }),
      )
      const reserved = store.log.filter(({ type }) => type === 'InventoryReserved').length
      expect(reserved).to.be.within(9, 10)
      const { commands } = replicaOf(store, () => 0)
      for (const sku of ['A', 'B']) {
        const { state } = await commands.load(stockDecider, streams.stock(sku))
        expect(state.reserved).to.equal(reserved)
      }
    }
  })

  it('are held at once where there is plenty of each, and one after another where there is not', async () => {
    for (const [units, together] of [
      [40, true],
      [39, false],
    ] as const) {
      const asked: string[] = []
      const store = createInMemoryStore({
        yield: async (what) => {
          asked.push(what)
          await turns(1)
        },
      })
      await receive(store, { A: units, B: units })
      const { commands, handle } = replicaOf(store, () => 0)
      // What is plenty has to be known.
      for (const sku of ['A', 'B']) await commands.load(stockDecider, streams.stock(sku))
      asked.length = 0
      await handle(
        {
          type: 'ReserveInventory',
          orderId: orderIdOf(1),
          lines: [
            { sku: 'B', quantity: 2 },
            { sku: 'A', quantity: 2 },
          ],
        },
        context('reserves'),
      )
      const stock = asked.filter((what) => what.includes(' stock-'))
      expect(stock).to.deep.equal(
        together
          ? ['append stock-A', 'append stock-B', 'appended stock-A', 'appended stock-B']
          : ['append stock-A', 'appended stock-A', 'append stock-B', 'appended stock-B'],
      )
    }
  })

  it('counts what it has asked for itself and not been told of yet', async () => {
    const asked: string[] = []
    const store = createInMemoryStore({
      yield: async (what) => {
        asked.push(what)
        await turns(1)
      },
    })
    await receive(store, { A: 40, B: 1_000 })
    const { commands, handle } = replicaOf(store, () => 0)
    for (const sku of ['A', 'B']) await commands.load(stockDecider, streams.stock(sku))
    asked.length = 0
    const lines = [
      { sku: 'A', quantity: 2 },
      { sku: 'B', quantity: 2 },
    ]
    await Promise.all(
      [1, 2].map((n) => handle({ type: 'ReserveInventory', orderId: orderIdOf(n), lines }, context(`reserves ${n}`))),
    )
    // The first finds plenty of A; for the second there are 38, which is less than twenty times what it wants.
    const starts = asked.filter((what) => what.startsWith('append stock-'))
    expect(starts).to.deep.equal(['append stock-A', 'append stock-B', 'append stock-A', 'append stock-B'])
    expect(asked.indexOf('appended stock-A')).to.be.greaterThan(asked.indexOf('append stock-B'))
    expect(asked.lastIndexOf('append stock-B')).to.be.greaterThan(asked.lastIndexOf('appended stock-A'))
  })

  it('are all over before the fault of one is told', async () => {
    const over: string[] = []
    const work = async (name: string) => {
      await turns(name === 'slow' ? 3 : 1)
      over.push(name)
      if (name === 'broken') throw new Error('broken')
    }
    const error = await sideBySide(['broken', 'slow'], work).catch((thrown: unknown) => thrown)
    expect(error).to.be.instanceOf(Error)
    expect(over).to.deep.equal(['broken', 'slow'])
  })
})

describe('a reservation that is committed', () => {
  it('is not completed where its lines were not taken from', async () => {
    const store = createInMemoryStore()
    await receive(store, { A: 40 })
    const { commands, handle } = replicaOf(store, () => 0)
    const orderId = orderIdOf(1)
    await commands.handle(
      reservationDecider,
      streams.reservation(orderId),
      { type: 'StartReservation', orderId, lines: [{ sku: 'A', quantity: 2 }] },
      context('starts'),
    )
    // Reserved by somebody else, between the look at the lines and the completion.
    const other = replicaOf(store, () => 0)
    const readStream = store.readStream.bind(store)
    let interfere = true
    const overtaken: InMemoryStore = {
      ...store,
      readStream: async function* (...all) {
        yield* readStream(...all)
        if (!interfere) return
        interfere = false
        await other.commands.handle(
          reservationDecider,
          streams.reservation(orderId),
          { type: 'CompleteReservation', orderId },
          context('completes'),
        )
      },
    }
    const late = replicaOf(overtaken, () => 0)
    const committing = () => late.handle({ type: 'CommitInventory', orderId }, context('commits'))
    expect(await committing().catch((error: unknown) => error)).to.be.instanceOf(VersionConflict)
    expect(store.log.map(({ type }) => type)).not.to.include('InventoryCommitted')
    await handle({ type: 'ReserveInventory', orderId, lines: [{ sku: 'A', quantity: 2 }] }, context('reserves'))
  })
})

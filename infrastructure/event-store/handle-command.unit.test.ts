import { expect } from 'chai'
import { z } from 'zod'
import type { Decider } from '../../domain/shared/decider.ts'
import { eventIdOf } from '../../domain/shared/ids.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { createInMemoryStore, type InMemoryStore } from '../../test/simulation/in-memory-store.ts'
import { createCodec, UndecodableEvent } from './codec.ts'
import type { CommandContext } from './command-context.ts'
import { createCommandHandling } from './handle-command.ts'
import { StoreUnavailable, VersionConflict } from './port.ts'

type Added = { readonly type: 'Added'; readonly amount: number }
type Total = { readonly sum: number; readonly seen: number }
type Command = { readonly add: number; readonly upTo?: number }

const codec = createCodec({ Added: { version: 1, schema: z.strictObject({ amount: z.int() }) } })

const total: Decider<Total, Command, Added> = {
  initialState: { sum: 0, seen: 0 },
  decide({ add, upTo = Infinity }, { sum }) {
    if (sum + add > upTo) throw new Refusal('out_of_stock')
    return add === 0 ? [] : [{ type: 'Added', amount: add }]
  },
  evolve: ({ sum, seen }, event) =>
    event.type === 'Added' ? { sum: sum + event.amount, seen: seen + 1 } : { sum, seen },
}

const context = (commandId: string): CommandContext => ({
  commandId,
  correlationId: 'order-1',
  causationId: 'cause-1',
  actor: { type: 'system', id: 'test' },
  now: () => new Date('2026-01-01T00:00:00.000Z'),
})

const setUp = (store: InMemoryStore = createInMemoryStore(), more: { cacheSize?: number; retries?: number } = {}) => {
  const sleeps: number[] = []
  const handling = createCommandHandling({
    store,
    codec,
    random: () => 1,
    sleep: async (ms) => sleeps.push(ms),
    ...more,
  })
  return { store, handling, sleeps }
}

const rejection = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.fail('it should have failed'),
    (error: unknown) => error,
  )

/** Writes behind the handling's back. */
const addElsewhere = (store: InMemoryStore, stream: string, amount: number) =>
  createCommandHandling({ store, codec }).handle(
    total,
    stream,
    { add: amount },
    context(`elsewhere-${store.log.length}`),
  )

describe('handling a command', () => {
  it('writes what was decided, with ids made from command, stream, revision, index and content', async () => {
    const { store, handling } = setUp()
    const handled = await handling.handle(total, 'total-1', { add: 5 }, { ...context('c1'), traceparent: '00-trace' })
    expect(handled).to.deep.equal({
      events: [{ type: 'Added', amount: 5 }],
      state: { sum: 5, seen: 1 },
      revision: 0n,
      position: { commit: 100n, prepare: 100n },
    })
    expect(store.log.map(({ id, type, data, metadata }) => ({ id, type, data, metadata }))).to.deep.equal([
      {
        id: eventIdOf('c1', 'total-1', 'no_stream', 0, { type: 'Added', amount: 5 }),
        type: 'Added',
        data: { amount: 5 },
        metadata: {
          $correlationId: 'order-1',
          $causationId: 'cause-1',
          commandId: 'c1',
          actor: { type: 'system', id: 'test' },
          occurredAt: '2026-01-01T00:00:00.000Z',
          schemaVersion: 1,
          traceparent: '00-trace',
        },
      },
    ])
  })

  it("answers the stream's last revision and position when there is nothing to write", async () => {
    const { store, handling } = setUp()
    await handling.handle(total, 'total-1', { add: 5 }, context('c1'))
    expect(await handling.handle(total, 'total-1', { add: 0 }, context('c2'))).to.deep.equal({
      events: [],
      state: { sum: 5, seen: 1 },
      revision: 0n,
      position: { commit: 100n, prepare: 100n },
    })
    expect(await handling.handle(total, 'total-2', { add: 0 }, context('c3'))).to.deep.equal({
      events: [],
      state: { sum: 0, seen: 0 },
      revision: undefined,
      position: undefined,
    })
    expect(store.log).to.have.length(1)
  })

  it('lets a refusal through and writes nothing', async () => {
    const { store, handling } = setUp()
    expect(await rejection(handling.handle(total, 'total-1', { add: 5, upTo: 4 }, context('c1')))).to.be.instanceOf(
      Refusal,
    )
    expect(store.log).to.deep.equal([])
  })

  it('always looks at what came after the state it remembers', async () => {
    const { store, handling } = setUp()
    await handling.handle(total, 'total-1', { add: 5 }, context('c1'))
    await addElsewhere(store, 'total-1', 3)
    expect(await rejection(handling.handle(total, 'total-1', { add: 1, upTo: 8 }, context('c2')))).to.be.instanceOf(
      Refusal,
    )
    expect((await handling.handle(total, 'total-1', { add: 0 }, context('c3'))).state).to.deep.equal({
      sum: 8,
      seen: 2,
    })
    expect((await handling.load(total, 'total-1')).state).to.deep.equal({ sum: 8, seen: 2 })
  })

  it('decodes each event once while the stream is remembered, and again when it has been forgotten', async () => {
    let decoded = 0
    const counting = {
      ...codec,
      decode: (stored: Parameters<typeof codec.decode>[0]) => {
        decoded += 1
        return codec.decode(stored)
      },
    }
    const store = createInMemoryStore()
    const handling = createCommandHandling({ store, codec: counting, cacheSize: 1 })
    for (const id of ['a', 'b', 'c']) await handling.handle(total, 'total-1', { add: 1 }, context(id))
    expect(decoded).to.equal(0)
    await addElsewhere(store, 'total-1', 1)
    await handling.load(total, 'total-1')
    expect(decoded).to.equal(1)
    await handling.handle(total, 'total-2', { add: 1 }, context('d'))
    await handling.load(total, 'total-1')
    expect(decoded).to.equal(5)
  })

  it('does not mix up the states of two deciders on one stream', async () => {
    const { handling } = setUp()
    const counter = { initialState: 0, evolve: (count: number, _event: Added) => count + 1 }
    await handling.handle(total, 'total-1', { add: 5 }, context('c1'))
    expect((await handling.load(counter, 'total-1')).state).to.equal(1)
    expect((await handling.load(total, 'total-1')).state).to.deep.equal({ sum: 5, seen: 1 })
  })

  describe('on a version conflict', () => {
    /** A store in which somebody else appends first, before each of our first `times` appends. */
    const contested = (times: number, store = createInMemoryStore()) => {
      let left = times
      const append: InMemoryStore['append'] = async (stream, events, expected) => {
        if (left > 0) {
          left -= 1
          await addElsewhere(store, stream, 10)
        }
        return store.append(stream, events, expected)
      }
      return { ...store, append }
    }

    it('reads what is new and decides again, under new ids', async () => {
      const { store, handling, sleeps } = setUp(contested(2))
      const handled = await handling.handle(total, 'total-1', { add: 1 }, context('c1'))
      expect(handled.state).to.deep.equal({ sum: 21, seen: 3 })
      expect(store.log.at(-1)?.id).to.equal(eventIdOf('c1', 'total-1', '1', 0, { type: 'Added', amount: 1 }))
      expect(sleeps).to.deep.equal([10, 20])
    })

    it('is no repetition of what the same command decided elsewhere', async () => {
      const store = createInMemoryStore()
      const elsewhere = createCommandHandling({ store, codec })
      let first = true
      const append: InMemoryStore['append'] = async (stream, events, expected) => {
        if (first) {
          first = false
          await elsewhere.handle(total, stream, { add: 3 }, context('c1'))
        }
        return store.append(stream, events, expected)
      }
      const { handling } = setUp({ ...store, append })
      const handled = await handling.handle(total, 'total-1', { add: 5 }, context('c1'))
      expect(handled.state).to.deep.equal({ sum: 8, seen: 2 })
      expect(store.log.map(({ data }) => data)).to.deep.equal([{ amount: 3 }, { amount: 5 }])
    })

    it('decides on the new facts', async () => {
      const { store, handling } = setUp(contested(1))
      expect(await rejection(handling.handle(total, 'total-1', { add: 1, upTo: 10 }, context('c1')))).to.be.instanceOf(
        Refusal,
      )
      expect(store.log).to.have.length(1)
    })

    it('gives up after so many times', async () => {
      const { handling, sleeps } = setUp(contested(4), { retries: 3 })
      expect(await rejection(handling.handle(total, 'total-1', { add: 1 }, context('c1')))).to.be.instanceOf(
        VersionConflict,
      )
      expect(sleeps).to.have.length(3)
    })

    it('is a conflict for a caller who named the revision, whatever is new', async () => {
      const { store, handling } = setUp(contested(0))
      await addElsewhere(store, 'total-1', 10)
      expect(
        await rejection(handling.handle(total, 'total-1', { add: 1 }, context('c1'), { expectedRevision: 3n })),
      ).to.be.instanceOf(VersionConflict)
      expect(
        (await handling.handle(total, 'total-1', { add: 1 }, context('c2'), { expectedRevision: 0n })).revision,
      ).to.equal(1n)

      const quiet = createInMemoryStore()
      await addElsewhere(quiet, 'total-1', 10)
      const { store: busy, handling: late } = setUp(contested(1, quiet))
      expect(
        await rejection(late.handle(total, 'total-1', { add: 1 }, context('c3'), { expectedRevision: 0n })),
      ).to.be.instanceOf(VersionConflict)
      expect(busy.log.map(({ data }) => data)).to.deep.equal([{ amount: 10 }, { amount: 10 }])
    })

    it('is none for a caller who named another revision and finds it done already', async () => {
      const { store, handling } = setUp()
      await addElsewhere(store, 'total-1', 10)
      expect(
        (await handling.handle(total, 'total-1', { add: 0 }, context('c1'), { expectedRevision: 3n })).events,
      ).to.deep.equal([])
    })

    it('reads from the start when the stream is shorter than remembered', async () => {
      let current = createInMemoryStore()
      const store: InMemoryStore = {
        ...current,
        append: (...all) => current.append(...all),
        readStream: (...all) => current.readStream(...all),
        headPosition: () => current.headPosition(),
      }
      const { handling } = setUp(store)
      for (const id of ['a', 'b', 'c']) await handling.handle(total, 'total-1', { add: 1 }, context(id))
      current = createInMemoryStore()
      const handled = await handling.handle(total, 'total-1', { add: 1 }, context('d'))
      expect(handled.state).to.deep.equal({ sum: 1, seen: 1 })
    })
  })

  it('lets commands for one stream wait for one another, so that they do not conflict', async () => {
    const store = createInMemoryStore()
    let conflicts = 0
    const append: InMemoryStore['append'] = (...all) =>
      store.append(...all).catch((error: unknown) => {
        conflicts += 1
        throw error
      })
    const { handling } = setUp({ ...store, append })
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => handling.handle(total, 'total-1', { add: 1 }, context(`c${index}`))),
    )
    expect((await handling.load(total, 'total-1')).state).to.deep.equal({ sum: 20, seen: 20 })
    expect(conflicts).to.equal(0)
  })

  it('does not start a command whose caller has stopped waiting', async () => {
    const gate = Promise.withResolvers<void>()
    const { store, handling } = setUp(createInMemoryStore({ yield: () => gate.promise }))
    const first = handling.handle(total, 'total-1', { add: 1 }, context('c1'))
    const abort = new AbortController()
    const second = rejection(handling.handle(total, 'total-1', { add: 2 }, context('c2'), { signal: abort.signal }))
    const third = handling.handle(total, 'total-1', { add: 4 }, context('c3'))
    abort.abort()
    expect(await second).to.be.instanceOf(StoreUnavailable)
    gate.resolve()
    await Promise.all([first, third])
    expect(store.log.map(({ data }) => data)).to.deep.equal([{ amount: 1 }, { amount: 4 }])
  })

  it('refuses to decide on a stream that it does not understand', async () => {
    const { store, handling } = setUp()
    await store.append('total-1', [{ id: 'x', type: 'Subtracted', data: {}, metadata: {} }], 'no_stream')
    await store.append('total-2', [{ id: 'y', type: 'Added', data: { amount: 'many' }, metadata: {} }], 'no_stream')
    await store.append('total-3', [{ id: 'z', type: '$metadata', data: {}, metadata: {} }], 'no_stream')
    const unknown = await rejection(handling.handle(total, 'total-1', { add: 1 }, context('c1')))
    expect(unknown).to.be.instanceOf(UndecodableEvent).and.to.have.property('code', 'unknown_type')
    expect(await rejection(handling.handle(total, 'total-2', { add: 1 }, context('c2')))).to.be.instanceOf(
      UndecodableEvent,
    )
    expect((await handling.handle(total, 'total-3', { add: 1 }, context('c3'))).revision).to.equal(1n)
  })
})

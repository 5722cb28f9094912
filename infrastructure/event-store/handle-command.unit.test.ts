import { expect } from 'chai'
import { eventIdOf } from '../../domain/shared/ids.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { addElsewhere, codec, context, setUp, total, type Added } from '../../test/event-store/totals.ts'
import { createInMemoryStore, type InMemoryStore } from '../../test/simulation/in-memory-store.ts'
import { rejection } from '../../test/support/rejection.ts'
import { UndecodableEvent } from './codec.ts'
import { createCommandHandling } from './handle-command.ts'
import { StoreUnavailable } from './port.ts'

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

import { expect } from 'chai'
import { z } from 'zod'
import type { Decider } from '../../domain/shared/decider.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { createInMemoryStore, type InMemoryStore } from '../../test/simulation/in-memory-store.ts'
import { createCodec, type Recorded } from './codec.ts'
import type { CommandContext } from './command-context.ts'
import { createCommandHandling } from './handle-command.ts'
import { StoreUnavailable, VersionConflict } from './port.ts'

/** Seats: taken once by each guest, while there are any. */
type Taken = { readonly type: 'Taken'; readonly guest: string; readonly note?: string | undefined }
type Opened = { readonly type: 'Opened'; readonly seats: number }
type SeatsEvent = Taken | Opened
type Seats = { readonly seats: number; readonly guests: readonly string[] }
type Command = { readonly open: number } | { readonly take: string; readonly note?: string }

const codec = createCodec({
  Opened: { version: 1, schema: z.strictObject({ seats: z.int() }) },
  Taken: { version: 1, schema: z.strictObject({ guest: z.string().max(20), note: z.string().optional() }) },
})

const seats: Decider<Seats, Command, SeatsEvent> = {
  initialState: { seats: 0, guests: [] },
  decide(command, state) {
    if ('open' in command) return state.seats > 0 ? [] : [{ type: 'Opened', seats: command.open }]
    if (state.guests.includes(command.take)) return []
    if (state.guests.length >= state.seats) throw new Refusal('out_of_stock')
    return [{ type: 'Taken', guest: command.take, ...(command.note === undefined ? {} : { note: command.note }) }]
  },
  evolve: (state, event) => (event.type === 'Opened' ? { ...state, seats: event.seats } : { ...state, guests: [...state.guests, event.guest] }),
}

const stream = 'seats-1'
const context = (commandId: string, more: Partial<CommandContext> = {}): CommandContext => ({
  commandId, correlationId: 'order-1', causationId: 'cause-1', actor: { type: 'system', id: commandId },
  now: () => new Date('2026-01-01T00:00:00.000Z'), ...more,
})

/** A store that counts, and whose next append can be held back, refused or left unanswered. */
const watched = (inner: InMemoryStore = createInMemoryStore()) => {
  const asked: string[] = []
  let next: ((go: () => ReturnType<InMemoryStore['append']>) => ReturnType<InMemoryStore['append']>) | undefined
  const store: InMemoryStore = {
    ...inner,
    append: (...all) => {
      asked.push(`append ${all[1].length} at ${all[2]}`)
      const go = () => inner.append(...all)
      const handle = next ?? ((sent) => sent())
      next = undefined
      return handle(go)
    },
    readStream: (name, options) => {
      asked.push(`read from ${options?.from ?? 0n}`)
      return inner.readStream(name, options)
    },
  }
  return { store, asked, onNextAppend: (how: NonNullable<typeof next>) => { next = how } }
}

const handlingOver = (store: InMemoryStore) => createCommandHandling({ store, codec, random: () => 1, sleep: async () => undefined })
const rejection = async (promise: Promise<unknown>): Promise<unknown> => promise.then(() => expect.fail('it should have failed'), (error: unknown) => error)
const turn = () => new Promise((resolve) => { setImmediate(resolve) })
const guests = (store: InMemoryStore) => store.log.flatMap(({ data }) => { const { guest } = data as { guest?: string }; return guest ?? [] })

/** Open, with so many seats, known to the handling; what it asked for that is forgotten. */
const opened = async (count: number) => {
  const { store, asked, onNextAppend } = watched()
  const handling = handlingOver(store)
  await handling.handle(seats, stream, { open: count }, context('opens'), { mayOpen: true })
  asked.length = 0
  const take = (guest: string, more: Partial<CommandContext> = {}, options: Parameters<typeof handling.handle>[4] = {}) =>
    handling.handle(seats, stream, { take: guest }, context(`takes for ${guest}`, more), options)
  return { store, asked, onNextAppend, handling, take }
}

describe('appending first, and looking when it matters', () => {
  it('asks for nothing before an append to a stream that it knows, or that the command may open', async () => {
    const { asked, take, handling } = await opened(2)
    await take('ann')
    await handling.handle(seats, 'seats-2', { open: 1 }, context('opens another'), { mayOpen: true })
    expect(asked).to.deep.equal(['append 1 at 0', 'append 1 at no_stream'])
  })

  it('reads a stream of which it knows nothing, where the command does not open one', async () => {
    const { store } = await opened(2)
    const { store: elsewhere, asked } = watched(store)
    await handlingOver(elsewhere).handle(seats, stream, { take: 'ann' }, context('a'))
    expect(asked).to.deep.equal(['read from 0', 'append 1 at 0'])
  })

  it('believes "already so" and a refusal only after a look', async () => {
    const { store, asked, take } = await opened(1)
    await take('ann')
    asked.length = 0
    expect((await take('ann')).events).to.deep.equal([])
    expect(asked).to.deep.equal(['read from 2'])
    expect(await rejection(take('ben'))).to.be.instanceOf(Refusal)
    expect(asked).to.deep.equal(['read from 2', 'read from 2'])

    // Somebody else has opened it to more: what is remembered would refuse.
    await store.append(stream, [{ ...codec.encode({ type: 'Opened', seats: 2 }, 'more', { ...metadataOf(store), commandId: 'more' }) }], 1n)
    expect((await take('cas')).events).to.have.length(1)
  })

  it('does not believe that a stream is not there', async () => {
    const { store } = watched()
    const handling = handlingOver(store)
    expect(await rejection(handling.handle(seats, stream, { take: 'ann' }, context('a')))).to.be.instanceOf(Refusal)
    await handlingOver(store).handle(seats, stream, { open: 1 }, context('opens'), { mayOpen: true })
    expect((await handling.handle(seats, stream, { take: 'ann' }, context('b'))).events).to.have.length(1)
  })

  it('reads on from what it knows after a conflict, and not the whole stream again however often it meets one', async () => {
    const { store, asked, onNextAppend, take } = await opened(9)
    const other = handlingOver(store)
    for (const [round, guest] of ['ann', 'ben', 'cas'].entries()) {
      onNextAppend(async (go) => {
        await other.handle(seats, stream, { take: `other ${round}` }, context(`other ${round}`))
        return go()
      })
      await take(guest)
    }
    expect(asked.filter((what) => what === 'read from 0')).to.have.length(1)
    expect(guests(store)).to.deep.equal(['other 0', 'ann', 'other 1', 'ben', 'other 2', 'cas'])
  })

  it('looks first for a while at a stream that keeps conflicting', async () => {
    const { store, asked, onNextAppend, take } = await opened(99)
    const other = handlingOver(store)
    const interfere = () => {
      onNextAppend(async (go) => {
        await other.handle(seats, stream, { take: `other ${store.log.length}` }, context(`other ${store.log.length}`))
        return go()
      })
    }
    interfere()
    await take('ann')
    interfere()
    await take('ben')
    asked.length = 0
    await take('cas')
    expect(asked).to.deep.equal(['read from 5', 'append 1 at 4'])
    for (let n = 0; n < 10; n += 1) await take(`guest ${n}`)
    asked.length = 0
    await take('dan')
    expect(asked).to.deep.equal(['append 1 at 15'])
  })

  it('looks before it sends what may have been done before', async () => {
    const { asked, take } = await opened(2)
    await take('ann', { lookFirst: true })
    expect(asked).to.deep.equal(['read from 1', 'append 1 at 0'])
  })
})

describe('a success that is a repetition', () => {
  it('writes nothing of its own: the stream is read, and what has happened since counts', async () => {
    const { store, asked } = watched()
    await handlingOver(store).handle(seats, stream, { open: 2 }, context('opens'), { mayOpen: true })
    await handlingOver(store).handle(seats, stream, { take: 'ann' }, context('a'))
    asked.length = 0
    // Another life of the same process: the same command under the same id, at a revision that has been passed.
    const handled = await handlingOver(store).handle(seats, stream, { open: 2 }, context('opens'), { mayOpen: true })
    expect(handled).to.deep.equal({ events: [], state: { seats: 2, guests: ['ann'] }, revision: 1n, position: { commit: 200n, prepare: 200n } })
    expect(asked).to.deep.equal(['append 1 at no_stream', 'read from 0'])
  })

  it('is one where the store answers without a position, or with another revision than it must be', async () => {
    for (const answer of [{ position: undefined }, { revision: 7n }]) {
      const { onNextAppend, take } = await opened(2)
      onNextAppend(async (go) => ({ ...(await go()), ...answer }))
      expect((await take('ann')).events).to.deep.equal([])
    }
  })

  it('is told from a first success by a process that has only just begun', async () => {
    const { store } = watched()
    await handlingOver(store).handle(seats, stream, { open: 2 }, context('opens'), { mayOpen: true })
    // It has read nothing and written nothing yet; but the head of the log tells how far earlier lives had come.
    expect((await handlingOver(store).handle(seats, stream, { open: 2 }, context('opens'), { mayOpen: true })).events).to.deep.equal([])
  })
})

describe('deciding together', () => {
  /** The first append is held back until the others wait behind it. */
  const together = async (count: number, names: readonly string[]) => {
    const set = await opened(count)
    const gate = Promise.withResolvers<void>()
    set.onNextAppend(async (go) => { await gate.promise; return go() })
    const first = set.take('first')
    await turn()
    const rest = names.map((name) => set.take(name))
    for (const one of [first, ...rest]) one.catch(() => undefined)
    return { ...set, first, rest, gate: gate.resolve }
  }

  it('appends what waits at once, each with its own answer, and the same ids as if it were alone', async () => {
    const { store, asked, rest, gate } = await together(4, ['ann', 'ben', 'ann'])
    gate()
    const [ann, ben, again] = await Promise.all(rest)
    expect(asked).to.deep.equal(['append 1 at 0', 'append 2 at 1'])
    expect(ann).to.deep.equal({ events: [{ type: 'Taken', guest: 'ann' }], state: { seats: 4, guests: ['first', 'ann'] }, revision: 2n, position: { commit: 400n, prepare: 400n } })
    expect(ben).to.include({ revision: 3n })
    expect(again).to.deep.include({ events: [], revision: 3n, state: ben?.state })

    const alone = await opened(4)
    for (const guest of ['first', 'ann', 'ben']) await alone.take(guest)
    expect(store.log.map(({ id, metadata }) => ({ id, metadata }))).to.deep.equal(alone.store.log.map(({ id, metadata }) => ({ id, metadata })))
  })

  it('refuses the one and not the others', async () => {
    const { rest, gate, store } = await together(2, ['ann', 'ben'])
    gate()
    const [ann, ben] = await Promise.allSettled(rest)
    expect([ann?.status, ben?.status]).to.deep.equal(['fulfilled', 'rejected'])
    expect(guests(store)).to.deep.equal(['first', 'ann'])
  })

  it('tells nobody of a refusal before what it rests on is written', async () => {
    const { store, onNextAppend, rest, gate } = await together(2, ['ann', 'ben'])
    const told: string[] = []
    for (const one of rest) void one.then(() => told.push('done'), (error: unknown) => told.push((error as Error).name))
    const second = Promise.withResolvers<void>()
    gate()
    onNextAppend(async (go) => { await second.promise; return go() })
    await turn()
    await turn()
    expect(told).to.deep.equal([])
    // The hold that ben's refusal would rest on is never written: somebody else has opened it to more.
    await store.append(stream, [codec.encode({ type: 'Opened', seats: 9 }, 'more', { ...metadataOf(store), commandId: 'more' })], 1n)
    second.resolve()
    await Promise.allSettled(rest)
    expect(told).to.deep.equal(['done', 'done'])
  })

  it('does not take a repetition for the look that a refusal needs', async () => {
    const { onNextAppend, rest, gate, asked } = await together(2, ['ann', 'ben'])
    gate()
    onNextAppend(async (go) => ({ ...(await go()), position: undefined }))
    await Promise.allSettled(rest)
    expect(asked).to.deep.equal(['append 1 at 0', 'append 2 at 1', 'read from 2'].toSpliced(1, 1, 'append 1 at 1'))
  })

  it('compares the revision a caller has seen at its turn', async () => {
    const { handling, onNextAppend } = await opened(9)
    const gate = Promise.withResolvers<void>()
    onNextAppend(async (go) => { await gate.promise; return go() })
    const named = (guest: string, expectedRevision: bigint) => handling.handle(seats, stream, { take: guest }, context(guest), { expectedRevision })
    const all = [named('first', 0n), named('ann', 1n), named('ben', 1n)]
    for (const one of all) one.catch(() => undefined)
    gate.resolve()
    const results = await Promise.allSettled(all)
    expect(results.map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled', 'rejected'])
    expect(await rejection(all[2] ?? Promise.resolve())).to.be.instanceOf(VersionConflict)
  })

  it('answers one that gives up by itself, sends nothing new for it, and goes on for the rest', async () => {
    const { store, handling, onNextAppend } = await opened(9)
    const gate = Promise.withResolvers<void>()
    onNextAppend(async (go) => { await gate.promise; return go() })
    const first = handling.handle(seats, stream, { take: 'first' }, context('first'))
    const impatient = new AbortController()
    const gone = rejection(handling.handle(seats, stream, { take: 'gone' }, context('gone'), { signal: impatient.signal }))
    const last = handling.handle(seats, stream, { take: 'last' }, context('last'))
    impatient.abort()
    expect(await gone).to.be.instanceOf(StoreUnavailable)
    gate.resolve()
    await Promise.all([first, last])
    expect(guests(store)).to.deep.equal(['first', 'last'])
  })

  it('waits for what was sent with the longest patience in the batch', async () => {
    const { store, handling, onNextAppend } = await opened(9)
    const first = Promise.withResolvers<void>()
    onNextAppend(async (go) => { await first.promise; return go() })
    const opening = handling.handle(seats, stream, { take: 'first' }, context('first'))
    const impatient = new AbortController()
    const gone = rejection(handling.handle(seats, stream, { take: 'ann' }, context('ann'), { signal: impatient.signal }))
    const patient = handling.handle(seats, stream, { take: 'ben' }, context('ben'))
    const sent = Promise.withResolvers<void>()
    first.resolve()
    await opening
    onNextAppend(async (go) => { await sent.promise; return go() })
    await turn()
    impatient.abort()
    expect(await gone).to.be.instanceOf(StoreUnavailable)
    sent.resolve()
    expect((await patient).events).to.have.length(1)
    // Ann's was on its way and could not be called back.
    expect(guests(store)).to.deep.equal(['first', 'ann', 'ben'])
  })

  it('keeps to what an append may hold, and sends what a refused batch held one by one', async () => {
    const { store, handling, onNextAppend, asked } = await opened(9)
    const gate = Promise.withResolvers<void>()
    onNextAppend(async (go) => { await gate.promise; return go() })
    const first = handling.handle(seats, stream, { take: 'first' }, context('first'))
    const big = 'x'.repeat(100_000)
    const bigs = ['ann', 'ben', 'cas', 'dan'].map((guest) => handling.handle(seats, stream, { take: guest, note: big }, context(guest)))
    gate.resolve()
    await Promise.all([first, ...bigs])
    expect(asked).to.deep.equal(['append 1 at 0', 'append 2 at 1', 'append 2 at 3'])

    asked.length = 0
    const again = Promise.withResolvers<void>()
    onNextAppend(async (go) => { await again.promise; return go() })
    const second = handling.handle(seats, stream, { take: 'second' }, context('second'))
    const two = ['eve', 'fay'].map((guest) => handling.handle(seats, stream, { take: guest }, context(guest)))
    again.resolve()
    await second
    onNextAppend(async () => { throw new Error('too large') })
    await Promise.all(two)
    expect(asked).to.deep.equal(['append 1 at 5', 'append 2 at 6', 'append 1 at 6', 'append 1 at 7'])
    expect(guests(store)).to.have.length(8)
  })

  it('fails the one whose events cannot be encoded, and not the others', async () => {
    const { rest, gate, store } = await together(9, ['a name that is too long for a guest', 'ben'])
    gate()
    const [long, ben] = await Promise.allSettled(rest)
    expect([long?.status, ben?.status]).to.deep.equal(['rejected', 'fulfilled'])
    expect(guests(store)).to.deep.equal(['first', 'ben'])
  })
})

describe('what a process knows without asking', () => {
  const recordedOf = (store: InMemoryStore, index: number): Recorded<SeatsEvent> => {
    const stored = store.log[index]
    const recorded = stored === undefined ? undefined : codec.decode(stored)
    if (recorded === undefined) throw new Error('no such event')
    return recorded
  }

  it('learns from a delivery that follows on what it knows, and from no other', async () => {
    const { store, take } = await opened(3)
    for (const guest of ['ann', 'ben']) await take(guest)
    const handling = handlingOver(store)
    handling.learn(seats, recordedOf(store, 1))
    expect(handling.recall(seats, stream)).to.equal(undefined)
    handling.learn(seats, recordedOf(store, 0))
    handling.learn(seats, recordedOf(store, 2))
    handling.learn(seats, recordedOf(store, 0))
    expect(handling.recall(seats, stream)).to.deep.equal({ seats: 3, guests: [] })
    handling.learn(seats, recordedOf(store, 1))
    expect(handling.recall(seats, stream)).to.deep.equal({ seats: 3, guests: ['ann'] })
    handling.forget(stream)
    expect(handling.recall(seats, stream)).to.equal(undefined)
  })

  it('never takes a position from a delivery', async () => {
    const { store } = await opened(3)
    const handling = handlingOver(store)
    // Replayed from the parked stream: its place is the letter's.
    const far = { commit: 10n ** 9n, prepare: 10n ** 9n }
    handling.learn(seats, { ...recordedOf(store, 0), position: far })
    const { position } = await handling.handle(seats, stream, { open: 3 }, context('again'))
    expect(position).to.deep.equal({ commit: 100n, prepare: 100n })
    expect((await handling.handle(seats, stream, { take: 'ann' }, context('a'))).events).to.have.length(1)
  })
})

const metadataOf = (store: InMemoryStore) => {
  const recorded = store.log[0] === undefined ? undefined : codec.decode(store.log[0])
  if (recorded === undefined) throw new Error('nothing was written yet')
  return recorded.metadata
}

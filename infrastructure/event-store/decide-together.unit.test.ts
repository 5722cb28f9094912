import { expect } from 'chai'
import { rejection } from '../../test/support/rejection.ts'
import { StoreUnavailable, VersionConflict } from './port.ts'
import {
  codec,
  context,
  guests,
  handlingOver,
  metadataOf,
  opened,
  seats,
  stream,
  turn,
} from '../../test/event-store/seats.ts'

describe('deciding together', () => {
  /** The first append is held back until the others wait behind it. */
  const together = async (count: number, names: readonly string[]) => {
    const set = await opened(count)
    const gate = Promise.withResolvers<void>()
    set.onNextAppend(async (go) => {
      await gate.promise
      return go()
    })
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
    // Who is told that it is so already is told so of the stream.
    expect(asked).to.deep.equal(['append 1 at 0', 'append 2 at 1', 'read from 4'])
    expect(ann).to.deep.equal({
      events: [{ type: 'Taken', guest: 'ann' }],
      state: { seats: 4, guests: ['first', 'ann'] },
      revision: 2n,
      position: { commit: 400n, prepare: 400n },
    })
    expect(ben).to.include({ revision: 3n })
    expect(again).to.deep.include({ events: [], revision: 3n, state: ben?.state })

    const alone = await opened(4)
    for (const guest of ['first', 'ann', 'ben']) await alone.take(guest)
    expect(store.log.map(({ id, metadata }) => ({ id, metadata }))).to.deep.equal(
      alone.store.log.map(({ id, metadata }) => ({ id, metadata })),
    )
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
    for (const one of rest)
      void one.then(
        () => told.push('done'),
        (error: unknown) => told.push((error as Error).name),
      )
    const second = Promise.withResolvers<void>()
    gate()
    onNextAppend(async (go) => {
      await second.promise
      return go()
    })
    await turn()
    await turn()
    expect(told).to.deep.equal([])
    // The hold that ben's refusal would rest on is never written: somebody else has opened it to more.
    await store.append(
      stream,
      [codec.encode({ type: 'Opened', seats: 9 }, 'more', { ...metadataOf(store), commandId: 'more' })],
      1n,
    )
    second.resolve()
    await Promise.allSettled(rest)
    expect(told).to.deep.equal(['done', 'done'])
  })

  it('refuses nobody by what is remembered, where the append may have been another process of the same command', async () => {
    const { store, onNextAppend, take } = await opened(2)
    onNextAppend(async (go) => {
      const appended = await go()
      // Another process has the same command before this one gets to it, and much happens that this one does not hear of.
      await handlingOver(store).handle(seats, stream, { take: 'ann' }, context('takes for ann'))
      const more = codec.encode({ type: 'Opened', seats: 9 }, 'more', { ...metadataOf(store), commandId: 'more' })
      await store.append(stream, [more], 2n)
      return appended
    })
    await Promise.all(['first', 'ann', 'ben'].map((guest) => take(guest)))
    expect(guests(store)).to.deep.equal(['first', 'ann', 'ben'])
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
    onNextAppend(async (go) => {
      await gate.promise
      return go()
    })
    const named = (guest: string, expectedRevision: bigint) =>
      handling.handle(seats, stream, { take: guest }, context(guest), { expectedRevision })
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
    onNextAppend(async (go) => {
      await gate.promise
      return go()
    })
    const first = handling.handle(seats, stream, { take: 'first' }, context('first'))
    const impatient = new AbortController()
    const gone = rejection(
      handling.handle(seats, stream, { take: 'gone' }, context('gone'), { signal: impatient.signal }),
    )
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
    onNextAppend(async (go) => {
      await first.promise
      return go()
    })
    const opening = handling.handle(seats, stream, { take: 'first' }, context('first'))
    const impatient = new AbortController()
    const gone = rejection(
      handling.handle(seats, stream, { take: 'ann' }, context('ann'), { signal: impatient.signal }),
    )
    const patient = handling.handle(seats, stream, { take: 'ben' }, context('ben'))
    const sent = Promise.withResolvers<void>()
    first.resolve()
    await opening
    onNextAppend(async (go) => {
      await sent.promise
      return go()
    })
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
    onNextAppend(async (go) => {
      await gate.promise
      return go()
    })
    const first = handling.handle(seats, stream, { take: 'first' }, context('first'))
    const big = 'x'.repeat(100_000)
    const bigs = ['ann', 'ben', 'cas', 'dan'].map((guest) =>
      handling.handle(seats, stream, { take: guest, note: big }, context(guest)),
    )
    gate.resolve()
    await Promise.all([first, ...bigs])
    expect(asked).to.deep.equal(['append 1 at 0', 'append 2 at 1', 'append 2 at 3'])

    asked.length = 0
    const again = Promise.withResolvers<void>()
    onNextAppend(async (go) => {
      await again.promise
      return go()
    })
    const second = handling.handle(seats, stream, { take: 'second' }, context('second'))
    const two = ['eve', 'fay'].map((guest) => handling.handle(seats, stream, { take: guest }, context(guest)))
    again.resolve()
    await second
    onNextAppend(async () => {
      throw new Error('too large')
    })
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

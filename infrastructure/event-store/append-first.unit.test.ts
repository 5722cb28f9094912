import { expect } from 'chai'
import { Refusal } from '../../domain/shared/refusal.ts'
import type { InMemoryStore } from '../../test/simulation/in-memory-store.ts'
import { rejection } from '../../test/support/rejection.ts'
import type { Recorded } from './codec.ts'
import {
  codec,
  context,
  guests,
  handlingOver,
  metadataOf,
  opened,
  seats,
  stream,
  watched,
  type SeatsEvent,
} from '../../test/event-store/seats.ts'

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
    await store.append(
      stream,
      [{ ...codec.encode({ type: 'Opened', seats: 2 }, 'more', { ...metadataOf(store), commandId: 'more' }) }],
      1n,
    )
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
    expect(handled).to.deep.equal({
      events: [],
      state: { seats: 2, guests: ['ann'] },
      revision: 1n,
      position: { commit: 200n, prepare: 200n },
    })
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
    expect(
      (await handlingOver(store).handle(seats, stream, { open: 2 }, context('opens'), { mayOpen: true })).events,
    ).to.deep.equal([])
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

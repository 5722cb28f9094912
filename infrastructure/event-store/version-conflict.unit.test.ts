import { expect } from 'chai'
import { eventIdOf } from '../../domain/shared/ids.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { addElsewhere, codec, context, setUp, total } from '../../test/event-store/totals.ts'
import { createInMemoryStore, type InMemoryStore } from '../../test/simulation/in-memory-store.ts'
import { rejection } from '../../test/support/rejection.ts'
import { createCommandHandling } from './handle-command.ts'
import { VersionConflict } from './port.ts'

describe('handling a command', () => {
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
})

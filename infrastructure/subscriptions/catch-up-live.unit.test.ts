import { expect } from 'chai'
import sinon from 'sinon'
import { type AllSubscriber, type CatchUpMessage } from '../event-store/port.ts'
import type { CatchUpOptions } from './catch-up.ts'
import { scripted } from '../../test/subscriptions/scripted-catch-up.ts'
import { caughtUp, event } from '../../test/subscriptions/catch-up-messages.ts'

describe('batches of a catch-up subscription', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers()
  })
  afterEach(() => {
    clock.restore()
  })

  describe('with nothing older left to read', () => {
    /** A subscription that says at once that this is all, and then what it is told to. */
    const live = async (options: Partial<CatchUpOptions>) => {
      let put: (message: CatchUpMessage) => void = () => undefined
      const store: AllSubscriber = {
        async *subscribeToAll({ signal }) {
          yield event(1)
          yield caughtUp
          let waiting: CatchUpMessage[] = []
          let wake = () => {
            /* nobody waits */
          }
          put = (message) => {
            waiting.push(message)
            wake()
          }
          signal.addEventListener('abort', () => wake(), { once: true })
          while (!signal.aborted) {
            const now = waiting
            waiting = []
            yield* now
            if (waiting.length === 0)
              await new Promise<void>((resolve) => {
                wake = resolve
              })
          }
        },
      }
      const { all, ending } = scripted(clock, [], { store, ...options })
      let seen: string | undefined
      const ask = () => {
        seen = undefined
        void all.next().then(({ value }) => {
          seen = value === undefined ? 'done' : value.events.map(({ id }) => id).join(' ')
        })
      }
      ask()
      await clock.tickAsync(0)
      expect(seen, 'all that there was, at once').to.equal('e1')
      ask()
      return {
        put: (...places: number[]) => places.forEach((place) => put(event(place))),
        seen: () => seen,
        ask,
        ending,
      }
    }

    it('holds a batch for as long as it is told', async () => {
      const { put, seen, ending } = await live({ maxBatch: 100, live: 1_500 })
      put(2)
      await clock.tickAsync(1_000)
      put(3)
      await clock.tickAsync(499)
      expect(seen()).to.equal(undefined)
      await clock.tickAsync(1)
      expect(seen()).to.equal('e2 e3')
      ending.abort()
    })

    it('holds none that is full, by number', async () => {
      const { put, seen, ending } = await live({ maxBatch: 3, live: 1_500 })
      put(2, 3, 4)
      await clock.tickAsync(1)
      expect(seen()).to.equal('e2 e3 e4')
      ending.abort()
    })

    it('holds none that is full, by what its events say', async () => {
      const { put, seen, ask, ending } = await live({ maxBatch: 100, maxLength: 10, live: 1_500 })
      put(2, 3, 4, 5, 6)
      await clock.tickAsync(1)
      expect(seen()).to.equal('e2 e3')
      ask()
      await clock.tickAsync(1)
      expect(seen()).to.equal('e4 e5')
      ending.abort()
    })

    it('lets what comes alone go at once, and what has come with it', async () => {
      const { put, seen, ask, ending } = await live({
        maxBatch: 100,
        live: { maxMs: 20, load: { from: 300, to: 1_500 } },
      })
      put(2)
      await clock.tickAsync(0)
      expect(seen()).to.equal('e2')
      ask()
      put(3, 4, 5)
      await clock.tickAsync(0)
      expect(seen()).to.equal('e3 e4 e5')
      ending.abort()
    })

    it('lets them wait for each other where many come', async () => {
      const { put, seen, ask, ending } = await live({
        maxBatch: 10_000,
        maxLength: 1_000_000,
        live: { maxMs: 20, load: { from: 300, to: 1_500 } },
      })
      put(...Array.from({ length: 1_000 }, (_, index) => index + 2))
      await clock.tickAsync(0)
      ask()
      put(2_000)
      await clock.tickAsync(19)
      expect(seen()).to.equal(undefined)
      put(2_001)
      await clock.tickAsync(1)
      expect(seen()).to.equal('e2000 e2001')
      ask()
      await clock.tickAsync(5_000)
      expect(seen()).to.equal(undefined)
      put(2_002)
      await clock.tickAsync(0)
      expect(seen(), 'some seconds later there is little to do').to.equal('e2002')
      ending.abort()
    })
  })
})

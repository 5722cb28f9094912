import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type { CatchUpMessage, EventStore } from '../../infrastructure/event-store/port.ts'
import { comparePositions, type Position } from '../../infrastructure/event-store/position.ts'
import { event, events, newStream, numbers, storeForSuite } from './store-for-suite.ts'

/** What the rest of the system relies on. It runs against any server (EVENTSTORE_URL); every name in it is new. */
describe('an event store', () => {
  let store: EventStore
  const suite = storeForSuite()
  before(() => {
    store = suite.store()
  })

  describe('a subscription to $all', () => {
    /** Takes messages until `enough`, then ends the subscription. */
    const until = async (
      prefix: string,
      after: Position | 'start',
      enough: (messages: CatchUpMessage[]) => boolean | Promise<boolean>,
    ): Promise<CatchUpMessage[]> => {
      const ending = new AbortController()
      const messages: CatchUpMessage[] = []
      for await (const message of store.subscribeToAll({
        after,
        streamPrefixes: [`${prefix}-`],
        signal: ending.signal,
      })) {
        messages.push(message)
        if (await enough(messages)) ending.abort()
      }
      return messages
    }
    const ours = (messages: readonly CatchUpMessage[]) =>
      numbers(messages.flatMap((message) => (message.kind === 'event' ? [message.event] : [])))

    it('gives what is there, says so, and goes on with what comes', async () => {
      const category = `sub${randomUUID().slice(0, 8)}`
      const head = (await store.headPosition()) ?? 'start'
      await store.append(newStream(category), events(3), 'no_stream')
      await store.append(newStream('else'), events(3), 'no_stream')
      let wasLive = false
      const messages = await until(category, head, async (all) => {
        if (all.at(-1)?.kind === 'caught_up' && !wasLive) {
          wasLive = true
          await store.append(newStream(category), [event(3), event(4)], 'no_stream')
        }
        return ours(all).length === 5
      })
      expect(ours(messages)).to.deep.equal([0, 1, 2, 3, 4])
      expect(messages.findIndex(({ kind }) => kind === 'caught_up')).to.be.at.least(3)
    })

    it('begins strictly after a position', async () => {
      const category = `sub${randomUUID().slice(0, 8)}`
      const stream = newStream(category)
      const { position } = await store.append(stream, events(2), 'no_stream')
      await store.append(stream, [event(2)], 1n)
      expect(ours(await until(category, position ?? 'start', (all) => ours(all).length === 1))).to.deep.equal([2])
    })

    it('tells how far it has looked, in order, and no further than what it has given', async () => {
      const category = `sub${randomUUID().slice(0, 8)}`
      const head = (await store.headPosition()) ?? 'start'
      const noise = newStream('else')
      for (let round = 0; round < 4; round += 1) {
        await store.append(newStream(category), [event(round)], 'no_stream')
        await store.append(noise, events(400), round === 0 ? 'no_stream' : BigInt(400 * round - 1))
      }
      const messages = await until(category, head, (all) => all.at(-1)?.kind === 'caught_up')
      expect(ours(messages)).to.deep.equal([0, 1, 2, 3])
      const places = messages.flatMap((message) =>
        message.kind === 'event' ? [message.event.position] : message.kind === 'checkpoint' ? [message.position] : [],
      )
      expect(messages.filter(({ kind }) => kind === 'checkpoint')).to.have.length.greaterThan(3)
      for (const [index, place] of places.entries()) {
        const previous = places[index - 1]
        if (previous !== undefined) expect(comparePositions(previous, place), `place ${index}`).to.equal(-1)
      }
    })

    it('holds back a server that is faster than its reader', async () => {
      const category = `sub${randomUUID().slice(0, 8)}`
      const head = (await store.headPosition()) ?? 'start'
      await store.append(newStream(category), events(1_000), 'no_stream')
      const messages = await until(category, head, async (all) => {
        if (all.length % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
        return ours(all).length === 1_000
      })
      expect(ours(messages)).to.deep.equal(events(1_000).map((_, n) => n))
    })

    it('ends when it is told to, also while nothing comes', async () => {
      const ending = new AbortController()
      const category = `sub${randomUUID().slice(0, 8)}`
      for await (const { kind } of store.subscribeToAll({
        after: 'start',
        streamPrefixes: [`${category}-`],
        signal: ending.signal,
      })) {
        if (kind === 'caught_up')
          setTimeout(() => {
            ending.abort()
          }, 20)
      }
      expect(ending.signal.aborted).to.equal(true)
    })
  })
})

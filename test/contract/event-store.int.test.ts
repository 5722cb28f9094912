import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type { EventStore } from '../../infrastructure/event-store/port.ts'
import { comparePositions, type Position } from '../../infrastructure/event-store/position.ts'
import { collect, conflict, event, events, newStream, numbers, storeForSuite } from './store-for-suite.ts'

/** What the rest of the system relies on. It runs against any server (EVENTSTORE_URL); every name in it is new. */
describe('an event store', () => {
  let store: EventStore
  const suite = storeForSuite()
  before(() => {
    store = suite.store()
  })

  describe('appending', () => {
    it('writes events in order and answers revision and position of the last', async () => {
      const stream = newStream()
      const [first, second] = [
        await store.append(stream, events(3), 'no_stream'),
        await store.append(stream, [event(3)], 2n),
      ]
      expect([first.revision, second.revision]).to.deep.equal([2n, 3n])
      const stored = await collect(store.readStream(stream))
      expect(numbers(stored)).to.deep.equal([0, 1, 2, 3])
      expect(stored.map(({ revision }) => revision)).to.deep.equal([0n, 1n, 2n, 3n])
      expect([stored[2]?.position, stored[3]?.position]).to.deep.equal([first.position, second.position])
    })

    it('keeps everything that was said of an event', async () => {
      const stream = newStream()
      const written = {
        ...event(7),
        data: { n: 7, text: 'ünï', nested: { list: [1, null] } },
        metadata: { $correlationId: 'c', actor: { type: 'x' } },
      }
      const before = Date.now()
      await store.append(stream, [written], 'no_stream')
      const [stored] = await collect(store.readStream(stream))
      const { position, created, ...rest } = stored ?? expect.fail('nothing was stored')
      expect(rest).to.deep.equal({
        id: written.id,
        stream,
        type: 'Counted',
        revision: 0n,
        data: written.data,
        metadata: written.metadata,
      })
      expect(position.commit).to.be.a('bigint')
      expect(created.getTime()).to.be.within(before - 60_000, Date.now() + 60_000)
    })

    it('refuses any revision but the current one', async () => {
      const stream = newStream()
      await conflict(store.append(stream, [event(0)], 0n))
      await store.append(stream, events(2), 'no_stream')
      await conflict(store.append(stream, [event(9)], 'no_stream'))
      await conflict(store.append(stream, [event(9)], 0n))
      await conflict(store.append(stream, [event(9)], 2n))
      expect(numbers(await collect(store.readStream(stream)))).to.deep.equal([0, 1])
    })

    it('takes the same ids at the same revision for the same append', async () => {
      const stream = newStream()
      const [first, second] = [events(2), events(2)]
      const answer = await store.append(stream, first, 'no_stream')
      await store.append(stream, second, 1n)
      expect(await store.append(stream, first, 'no_stream')).to.deep.equal(answer)
      expect((await store.append(stream, second, 1n)).revision).to.equal(3n)
      await conflict(store.append(stream, [...second].reverse(), 1n))
      expect(await collect(store.readStream(stream))).to.have.length(4)
    })

    it('compares nothing at the current revision', async () => {
      const stream = newStream()
      const same = event(1)
      await store.append(stream, [same], 'no_stream')
      expect((await store.append(stream, [same], 0n)).revision).to.equal(1n)
    })

    it("takes 'any' as it comes", async () => {
      const stream = newStream()
      await store.append(stream, [event(0)], 'any')
      expect((await store.append(stream, [event(1)], 'any')).revision).to.equal(1n)
    })

    it('lets one of many win, and loses none of the rest', async () => {
      const stream = newStream()
      await store.append(stream, [event(0)], 'no_stream')
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, n) => store.append(stream, [event(n)], 0n)),
      )
      expect(results.filter(({ status }) => status === 'fulfilled')).to.have.length(1)
      expect(await collect(store.readStream(stream))).to.have.length(2)
    })

    it('takes more appends at once than are sent at once', async () => {
      const streams = Array.from({ length: 100 }, () => newStream())
      await Promise.all(streams.map((stream) => store.append(stream, events(2), 'no_stream')))
      for (const stream of streams) expect(numbers(await collect(store.readStream(stream)))).to.deep.equal([0, 1])
    })
  })

  describe('reading', () => {
    it('finds nothing in a stream that is not there', async () => {
      expect(await collect(store.readStream(newStream()))).to.deep.equal([])
    })

    it('finds the last events, newest first, and in a stream kept short what is left of it', async () => {
      const stream = newStream()
      expect(await store.lastEvents(stream, 2)).to.deep.equal([])
      await store.append(stream, events(3), 'no_stream')
      expect(numbers(await store.lastEvents(stream, 2))).to.deep.equal([2, 1])
      expect(numbers(await store.lastEvents(stream, 9))).to.deep.equal([2, 1, 0])
      await store.append(
        `$$${stream}`,
        [{ id: randomUUID(), type: '$metadata', data: { $maxCount: 2 }, metadata: {} }],
        'any',
      )
      expect(numbers(await store.lastEvents(stream, 9))).to.deep.equal([2, 1])
    })

    it('begins where it is told, ends where it is told, and can be left early', async () => {
      const stream = newStream()
      await store.append(stream, events(200), 'no_stream')
      expect(numbers(await collect(store.readStream(stream, { from: 198n })))).to.deep.equal([198, 199])
      expect(numbers(await collect(store.readStream(stream, { from: 100n, limit: 3 })))).to.deep.equal([100, 101, 102])
      expect(await collect(store.readStream(stream, { from: 200n }))).to.deep.equal([])
      const seen: number[] = []
      for await (const stored of store.readStream(stream)) {
        seen.push(...numbers([stored]))
        if (seen.length === 2) break
      }
      expect(seen).to.deep.equal([0, 1])
    })

    it('shows $all in the order of the log, strictly after a position', async () => {
      const [a, b] = [newStream(), newStream()]
      const start = (await store.headPosition()) ?? expect.fail('a server writes something of its own first')
      await store.append(a, events(2), 'no_stream')
      const { position: middle } = await store.append(b, [event(2)], 'no_stream')
      await store.append(a, [event(3)], 1n)
      const ours = (after: Position | undefined) =>
        collect(store.readAll(after === undefined ? {} : { after })).then((all) =>
          numbers(all.filter(({ stream }) => stream === a || stream === b)),
        )
      expect(await ours(start)).to.deep.equal([0, 1, 2, 3])
      expect(await ours(middle)).to.deep.equal([3])
      expect(await collect(store.readAll({ after: start, limit: 2 }))).to.have.length(2)
      expect(comparePositions((await store.headPosition()) ?? start, middle ?? start)).to.equal(1)
    })
  })

  describe('a place in $all', () => {
    it('is in the log where a record begins, seen or hidden, and at the beginning', async () => {
      const { position: first } = await store.append(newStream(), events(2), 'no_stream')
      const group = `contract-${randomUUID()}`
      // What a group on $all writes of itself is shown to nobody, and is the end of the log for a while.
      await store.append(`$persistentsubscription-$all::${group}-checkpoint`, [event(0)], 'no_stream')
      const { position: hidden } = await store.append(
        `$persistentsubscription-$all::${group}-checkpoint`,
        [event(1)],
        0n,
      )
      for (const position of [first, hidden, { commit: 0n, prepare: 0n }]) {
        expect(await store.holds(position ?? expect.fail('the store knows where it wrote'))).to.equal(true)
      }
    })

    it('is not in the log beyond its end, or in the midst of a record', async () => {
      const { position } = await store.append(newStream(), events(2), 'no_stream')
      const { commit } = position ?? expect.fail('the store knows where it wrote')
      for (const place of [1n << 60n, commit + 1n, commit - 1n])
        expect(await store.holds({ commit: place, prepare: place }), String(place)).to.equal(false)
    })
  })

  it('says that it is there', async () => {
    await store.probe(2_000)
  })
})

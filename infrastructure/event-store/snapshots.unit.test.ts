import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { createInMemoryStore, type InMemoryStore } from '../../test/simulation/in-memory-store.ts'
import { createCommandHandling, type LargeFold } from './handle-command.ts'
import { codec, context, seats, stream, watched, type Seats } from '../../test/event-store/seats.ts'

/** Text that cannot be packed, the same each time: a chain of hashes. */
const noise = (bytes: number): string => {
  let text = ''
  for (
    let hash = createHash('sha256').update('noise').digest();
    text.length < bytes;
    hash = createHash('sha256').update(hash).digest()
  )
    text += hash.toString('latin1')
  return text
}

const snapshotStream = 'seatsSnapshot-1'
const policy: LargeFold = {
  fold: seats,
  everyEvents: 4,
  version: 'v1',
  snapshotStreamOf: (name) => name.replace('seats', 'seatsSnapshot'),
  toContent: ({ seats: count, guests }: Seats) => ({ count, guests }),
  fromContent: (content) => {
    const { count, guests } = content as { count: number; guests: string[] }
    return { seats: count, guests }
  },
  bytesOf: () => 1,
}

const handlingOver = (store: InMemoryStore, large: LargeFold = policy, outcomes: string[] = []) =>
  createCommandHandling({
    store,
    codec,
    random: () => 1,
    sleep: async () => undefined,
    large: [large],
    onSnapshot: (outcome) => outcomes.push(outcome),
  })

const settled = async (outcomes: readonly string[], count: number) => {
  while (outcomes.length < count)
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
}

/** A stream of eight events, with what was kept of it on the way. */
const filled = async (large: LargeFold = policy) => {
  const { store, asked } = watched()
  const outcomes: string[] = []
  const handling = handlingOver(store, large, outcomes)
  await handling.handle(seats, stream, { open: 99 }, context('opens'), { mayOpen: true })
  for (let n = 1; n < 8; n += 1) {
    await handling.handle(seats, stream, { take: `guest ${n}` }, context(`takes ${n}`))
    if (n === 3) await settled(outcomes, 1)
  }
  await settled(outcomes, 2)
  asked.length = 0
  return { store, asked, outcomes }
}

const guestsSeenBy = async (store: InMemoryStore, large: LargeFold = policy) =>
  (await handlingOver(store, large).load(seats, stream)).state.guests.length

describe('snapshots', () => {
  it('are written every so many events, and only the newest are kept', async () => {
    const { store, outcomes } = await filled()
    expect(outcomes).to.deep.equal(['written', 'written'])
    const kept = store.log.filter((event) => event.stream === snapshotStream)
    expect(kept.map(({ data }) => (data as { revision: string }).revision)).to.deep.equal(['3', '7'])
    expect(store.log.filter((event) => event.stream === `$$${snapshotStream}`).map(({ data }) => data)).to.deep.equal([
      { $maxCount: 2 },
    ])
  })

  it('spare the reading of what came before, and reading on starts at the very event they were made behind', async () => {
    const { store, asked } = await filled()
    expect(await guestsSeenBy(store)).to.equal(7)
    expect(asked).to.deep.equal(['read from 7'])
  })

  it('of another version of the fold are of no use', async () => {
    const { store, asked } = await filled()
    expect(await guestsSeenBy(store, { ...policy, version: 'v2' })).to.equal(7)
    expect(asked).to.deep.equal(['read from 0'])
  })

  it('of another stream than the one that is there now are of no use: another event, or none, where they were made', async () => {
    const { store } = await filled()
    for (const events of [8, 3]) {
      const restored = createInMemoryStore()
      const snapshots = store.log.filter((event) => event.stream === snapshotStream)
      await restored.append(
        snapshotStream,
        snapshots.map(
          ({ id, type, data, metadata }) => ({ id, type, data: data as object, metadata: metadata as object }) as never,
        ),
        'no_stream',
      )
      const handling = handlingOver(restored, { ...policy, everyEvents: 1_000 })
      await handling.handle(seats, stream, { open: 50 }, context('opens otherwise'), { mayOpen: true })
      for (let n = 1; n < events; n += 1)
        await handling.handle(seats, stream, { take: `other ${n}` }, context(`takes otherwise ${n}`))
      const { asked, store: looked } = watched(restored)
      const { state } = await handlingOver(looked).load(seats, stream)
      expect(state).to.deep.equal({ seats: 50, guests: Array.from({ length: events - 1 }, (_, n) => `other ${n + 1}`) })
      expect(asked).to.deep.equal(['read from 7', 'read from 0'])
    }
  })

  it('that cannot be read are passed over, and told of', async () => {
    const { store } = await filled()
    const broken = { version: 'v1', revision: '7', eventId: 'x', part: 0, parts: 1, content: 'bm90IHppcHBlZA==' }
    await store.append(snapshotStream, [{ id: 'broken', type: 'Snapshot', data: broken, metadata: {} }], 'any')
    const outcomes: string[] = []
    expect((await handlingOver(store, policy, outcomes).load(seats, stream)).state.guests).to.have.length(7)
    expect(outcomes).to.deep.equal(['failed'])
  })

  it('that are larger than one event may be go in parts, and too large ones are not written', async () => {
    for (const [bytes, expected] of [
      [450_000, 2],
      [2_000_000, 0],
    ] as const) {
      const heavy = noise(bytes)
      const { store, outcomes } = await filled({
        ...policy,
        toContent: ({ seats: count, guests }: Seats) => ({ count, guests, heavy }),
      })
      expect(outcomes.at(-1)).to.equal(expected === 0 ? 'too_large' : 'written')
      const parts = store.log.filter((event) => event.stream === snapshotStream).slice(-2)
      expect(parts.map(({ data }) => (data as { part: number }).part)).to.deep.equal(expected === 0 ? [] : [0, 1])
      expect(await guestsSeenBy(store)).to.equal(7)
    }
  })
})

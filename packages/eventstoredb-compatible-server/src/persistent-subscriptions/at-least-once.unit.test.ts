import { expect } from 'chai'
import { appendTypes, drive, fakeConsumer, request } from './testing/driven-group.ts'
import type { FakeConsumer } from './testing/driven-group.ts'
import { fakeLog } from './testing/fake-log.ts'
import type { GroupRequest } from './subsystem.ts'

const SEEDS = 150
const STEPS = 120

/** Numbers from 0 to below `limit`, the same ones for the same seed. */
const randomFrom = (seed: number): ((limit: number) => number) => {
  let state = seed * 2_654_435_761 + 1
  return (limit) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d)
    state = Math.imul(state ^ (state >>> 12), 0x297a2d39)
    return ((state ^ (state >>> 15)) >>> 0) % limit
  }
}

type Habits = { readonly missesCheckpoints?: boolean; readonly losesMessages?: boolean }
type Sources = 'any' | 'whole' | 'filtered'

/** Of a server that loses messages: no start at the end, and no strategy that leaves messages waiting while later ones are sent. */
const requests = (random: (limit: number) => number, sources: Sources): GroupRequest => {
  const settings = {
    maxRetryCount: random(3),
    messageTimeout: 500 + random(4_000),
    checkPointAfter: random(3_000),
    minCheckPointCount: 1 + random(4),
    maxCheckPointCount: 1 + random(8),
    readBatchSize: 1 + random(10),
    historyBufferSize: 12 + random(20),
    strategy: ['RoundRobin', 'DispatchToSingle', 'Pinned'][random(sources === 'any' ? 3 : 2)] ?? 'RoundRobin',
  }
  const filter = { on: 'stream', regex: '', prefixes: ['wanted'] } as const
  const startFrom = random(2) === 0 && sources === 'any' ? 'end' : 0n
  const ofStream = request('wanted-0', settings, { startFrom })
  const filtered = request('$all', settings, { startFrom, filter })
  const kinds = {
    any: [ofStream, filtered],
    whole: [ofStream, request('$all', settings, { startFrom })],
    filtered: [filtered, filtered],
  }
  return kinds[sources][random(2)] ?? ofStream
}

/** Everything at random: what arrives, what consumers do with it, who comes and goes, and crashes that lose what was not yet on disk. */
const live = async (
  seed: number,
  habits: Habits,
  sources: Sources,
): Promise<{ readonly appended: readonly string[]; readonly settled: ReadonlySet<string> }> => {
  const random = randomFrom(seed)
  const log = fakeLog()
  const wanted = requests(random, sources)
  const key = `${wanted.stream}::g`
  let driven = drive(log, habits)
  await driven.subsystem.create(wanted)
  let consumers: FakeConsumer[] = []
  const appended: string[] = []
  const settled = new Set<string>()
  const group = () => driven.group(wanted.stream, 'g')

  const append = async (): Promise<void> => {
    for (let count = random(6); count > 0; count -= 1) {
      const stream = ['wanted-0', 'other'][random(2)] ?? ''
      const type = `e${appended.length}-${random(1_000_000)}`
      await appendTypes(log, stream, type)
      if (stream === 'wanted-0') appended.push(`${stream}/${type}`)
    }
  }
  const connect = async (): Promise<void> => {
    const consumer = fakeConsumer(1 + random(8))
    consumers.push(consumer)
    ;(await group()).connect(consumer.consumer)
  }
  const disconnect = async (): Promise<void> => {
    const [leaving] = consumers.splice(random(consumers.length + 1), 1)
    if (leaving !== undefined) (await group()).disconnect(leaving.consumer)
  }
  /** The event of a delivery, whatever it is acknowledged by. */
  const acknowledge = async (): Promise<void> => {
    const inFlight = consumers.flatMap(({ consumer }) => [...consumer.inFlight])
    const chosen = inFlight.filter(() => random(2) === 0).map(({ message }) => message)
    for (const { resolved } of chosen) if (resolved?.event !== undefined) settled.add(resolved.event.id)
    ;(await group()).ack(chosen.map(({ id }) => id))
  }
  const refuse = async (): Promise<void> => {
    const inFlight = consumers.flatMap(({ consumer }) => [...consumer.inFlight])
    const chosen = inFlight.filter(() => random(3) === 0).map(({ message }) => message.id)
    ;(await group()).nack(chosen, random(3) === 0 ? 'park' : 'retry', '')
  }
  const crash = async (): Promise<void> => {
    log.crash()
    consumers = []
    driven = drive(log, habits)
  }
  const update = async (): Promise<void> => {
    log.release()
    await driven.subsystem.update({ ...wanted, settings: requests(random, sources).settings })
    consumers = []
  }
  const replay = async (): Promise<void> => {
    // What is replayed and not acknowledged is what every group of such a server loses.
    if (habits.losesMessages === true) return
    ;(await group()).replayParked(random(2) === 0 ? undefined : BigInt(random(6)))
  }
  const hold = async (): Promise<void> => {
    log.hold(`$persistentsubscription-${key}-${random(2) === 0 ? 'parked' : 'checkpoint'}`)
  }
  const steps = [
    append,
    append,
    append,
    connect,
    connect,
    disconnect,
    acknowledge,
    acknowledge,
    acknowledge,
    refuse,
    refuse,
    replay,
    hold,
    async () => log.release(),
    () => driven.seconds(1 + random(3)),
    crash,
    update,
  ]
  for (let step = 0; step < STEPS; step += 1) {
    await steps[random(steps.length)]?.()
    if (random(2) === 0) await driven.settle()
  }

  // In the end one consumer takes all there is, the parked ones too.
  await crash()
  await connect()
  for (let quiet = 0; quiet < 3;) {
    const before = settled.size
    await replay()
    ;(await group()).replayParked(undefined)
    await driven.settle()
    const inFlight = consumers.flatMap(({ consumer }) => [...consumer.inFlight]).map(({ message }) => message)
    for (const { resolved } of inFlight) if (resolved?.event !== undefined) settled.add(resolved.event.id)
    ;(await group()).ack(inFlight.map(({ id }) => id))
    await driven.seconds(1)
    quiet = settled.size === before && inFlight.length === 0 ? quiet + 1 : 0
  }
  return { appended, settled }
}

describe('a persistent subscription, whatever happens', () => {
  for (const strict of [false, true]) {
    it(`loses no event${strict ? ' on a strict server either' : ''} (${SEEDS} seeds)`, async () => {
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const { appended, settled } = await live(seed, { missesCheckpoints: strict }, 'any')
        expect(
          appended.filter((id) => !settled.has(id)),
          `seed ${seed}`,
        ).to.deep.equal([])
      }
    }).timeout(30_000)
  }

  for (const [sources, what] of [
    ['whole', 'loses no event without a filter on a server that loses messages'],
    ['filtered', 'loses some with a filter there'],
  ] as const) {
    it(`${what} (${SEEDS} seeds)`, async () => {
      let lost = 0
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const { appended, settled } = await live(seed, { losesMessages: true }, sources)
        lost += appended.filter((id) => !settled.has(id)).length
      }
      expect(lost > 0, `${lost} lost`).to.equal(sources === 'filtered')
    }).timeout(30_000)
  }
})

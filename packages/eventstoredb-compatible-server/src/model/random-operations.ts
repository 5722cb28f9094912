import type { Random } from '../testing/random.ts'
import type {
  AppendOperation,
  Direction,
  Event,
  Expected,
  ReadOperation,
  WriteOperation,
  WriteOutcome,
} from './operations.ts'

/** A system stream, and a name that is too long for a key of the store, among plain ones. */
const STREAMS = ['a-1', 'a-2', 'b', '$system', 'x'.repeat(1_500)] as const

/** Valid, void, and no metadata at all. */
const METADATA = [
  '{"$maxCount":2}',
  '{"$maxCount":0,"own":1}',
  '{"$maxAge":2}',
  '{"$maxCount":"x","own":2}',
  '{"own":3}',
  '{}',
] as const

export type Choices = {
  /** Only what EventStoreDB's client can say and its server answers: no delete of "the stream exists", no read from inside of a record. */
  readonly overWire: boolean
  /** The most events that a read asks for. */
  readonly largestRead: number
}

/** Chooses what the clients do next, preferably what makes them meet: the same few streams, ids, revisions and positions. */
export class RandomOperations {
  readonly #random: Random
  readonly #choices: Choices
  readonly #revisions = new Map<string, bigint>()
  readonly #positions: bigint[] = []
  readonly #appends: AppendOperation[] = []

  constructor(random: Random, choices: Choices) {
    this.#random = random
    this.#choices = choices
  }

  write(): WriteOperation {
    const stream = this.#random.pick(STREAMS)
    const kind = this.#random.next()
    if (kind < 0.12) {
      const expected = this.#expected(stream)
      const delible = expected === 'stream_exists' && this.#choices.overWire ? 'any' : expected
      return { kind: kind < 0.012 ? 'tombstone' : 'soft_delete', stream, expected: delible }
    }
    if (kind < 0.26)
      return this.#remember({
        kind: 'append',
        stream: `$$${stream}`,
        expected: this.#expected(`$$${stream}`),
        events: [this.#metadata(stream)],
      })
    const [earlier] = this.#appends
    if (kind < 0.4 && earlier !== undefined) return this.#again(this.#random.pick([earlier, ...this.#appends.slice(1)]))
    const events = Array.from({ length: this.#random.int(0, 4) }, () => this.#event())
    return this.#remember({ kind: 'append', stream, expected: this.#expected(stream), events })
  }

  read(): ReadOperation {
    const direction = this.#random.pick<Direction>(['forwards', 'backwards'])
    const limit = this.#random.int(1, this.#choices.largestRead)
    const places = this.#random.chance(0.3) ? (['end'] as const) : ([0n] as const)
    if (this.#random.chance(0.3)) {
      const [first = 0n, ...others] = this.#positions
      const beside = this.#choices.overWire ? 0 : this.#random.int(-1, 1)
      const from = this.#random.chance(0.3) ? places[0] : this.#random.pick([first, ...others]) + BigInt(beside)
      return { kind: 'read_all', direction, limit, from: from !== 'end' && from < 0n ? 0n : from }
    }
    const name = this.#random.pick(STREAMS)
    const stream = this.#random.chance(0.2) ? `$$${name}` : name
    const from = this.#random.chance(0.4)
      ? places[0]
      : BigInt(this.#random.int(0, Number(this.#revisions.get(stream) ?? 0n) + 2))
    return { kind: 'read_stream', stream, direction, limit, from }
  }

  /** What the clients know of the log is what they were answered. */
  learn(operation: WriteOperation, outcome: WriteOutcome): void {
    if (outcome.kind !== 'done') return
    if (outcome.position !== undefined) this.#positions.push(outcome.position)
    if (operation.kind === 'append' && outcome.revision !== undefined)
      this.#revisions.set(operation.stream, outcome.revision)
  }

  #expected(stream: string): Expected {
    const current = this.#revisions.get(stream) ?? -1n
    const near = current + BigInt(this.#random.int(-2, 1))
    const choice = this.#random.pick<'any' | 'no_stream' | 'stream_exists' | 'exact' | 'near'>([
      'any',
      'any',
      'no_stream',
      'stream_exists',
      'exact',
      'near',
    ])
    if (choice === 'exact') return current < 0n ? 'no_stream' : current
    if (choice === 'near') return near < 0n ? 'no_stream' : near
    return choice
  }

  /** An append that was there before: the same, with another expected revision, in part, or with something new at its end. */
  #again(earlier: AppendOperation): WriteOperation {
    const how = this.#random.int(0, 4)
    if (how === 0) return { ...earlier, expected: this.#expected(earlier.stream) }
    if (how === 1) return { ...earlier, events: earlier.events.slice(0, -1) }
    if (how === 2) return { ...earlier, events: [...earlier.events, this.#event()] }
    if (how === 3) return { ...earlier, stream: this.#random.pick(STREAMS) }
    return earlier
  }

  #remember(append: AppendOperation): WriteOperation {
    if (append.events.length > 0) this.#appends.push(append)
    return append
  }

  #event(): Event {
    const isJson = this.#random.chance(0.7)
    const id = this.#random.uuid()
    return {
      id,
      type: this.#random.pick(['Opened', 'Changed', 'Über']),
      isJson,
      data: isJson ? `{"n":${this.#random.int(0, 99)}}` : 'plain ✓',
    }
  }

  #metadata(stream: string): Event {
    const truncateBefore = `{"$tb":${this.#random.int(0, Number(this.#revisions.get(stream) ?? 0n) + 2)},"$maxCount":${this.#random.int(1, 5)}}`
    const isJson = this.#random.chance(0.9)
    return {
      id: this.#random.uuid(),
      type: '$metadata',
      isJson,
      data: isJson ? this.#random.pick([truncateBefore, truncateBefore, ...METADATA]) : 'no metadata',
    }
  }
}

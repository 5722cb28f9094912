import type { ReadPhase } from '../grpc/links.ts'
import type { StoredRecord } from '../log/types.ts'
import type { Progress } from './progress.ts'
import type { GroupConfig } from './settings.ts'
import type { Source } from './source.ts'
import type { Waiting } from './waiting.ts'

const LARGEST_PAGE = 100
const DEFAULT_PAGE = 20
const LARGEST_FILTERED_PAGE = 1_000

/** How many records a group reads at a time. */
export const pageSizeOf = ({ readBatchSize }: GroupConfig['settings']): number =>
  readBatchSize <= 0 ? DEFAULT_PAGE : Math.min(readBatchSize, LARGEST_PAGE)

/** Whether a page more may be held in memory beside the `held` messages. Pages of less than nothing must not find room in a full buffer. */
export const hasRoom = ({ historyBufferSize, readBatchSize }: GroupConfig['settings'], held: number): boolean =>
  historyBufferSize - held > Math.max(readBatchSize, 0)

/** What came of looking at a page or a committed record. */
export type Arrival = 'nothing' | 'looked' | 'faulted'

/**
 * The way of events into a group: each is looked at once and in order, from the log while the group is behind, as it is committed while
 * it is live. When more comes than may wait, the group falls behind and reads the rest later; nothing else is remembered of it.
 */
export class Intake {
  readonly #config: GroupConfig
  readonly #source: Source
  readonly #progress: Progress
  readonly #waiting: Waiting
  /** Everything up to here has been looked at. */
  #seen: bigint
  #lastKnown: bigint | undefined
  #live: boolean
  #liveCount = 0
  readonly #loses: boolean
  /** The next page begins at the checkpoint, and what comes first in it is taken for the event that the checkpoint names. */
  #dropsFirst: boolean

  constructor(
    config: GroupConfig,
    source: Source,
    progress: Progress,
    waiting: Waiting,
    checkpoint: bigint | undefined,
    loses: boolean,
  ) {
    this.#config = config
    this.#source = source
    this.#progress = progress
    this.#waiting = waiting
    this.#seen = checkpoint ?? config.startAfter
    this.#lastKnown = checkpoint
    // Whoever goes on from a checkpoint looks for more before he is live, and finds out that a stream has ended.
    this.#live = this.#seen >= source.head() && (checkpoint === undefined || !source.isOver())
    this.#loses = loses
    this.#dropsFirst = loses && checkpoint !== undefined && !this.#live
  }

  get isLive(): boolean {
    return this.#live
  }

  /** The highest place of an event for this group; undefined if there was none yet. */
  get lastKnown(): bigint | undefined {
    return this.#lastKnown
  }

  /** Live events remembered, delivered ones too; they are in the log, so that only their number is kept. */
  get liveBufferCount(): number {
    return Math.min(this.#liveCount, this.#config.settings.liveBufferSize)
  }

  /** Behind, and a page may be held in memory. */
  get wantsPage(): boolean {
    return !this.#live && hasRoom(this.#config.settings, this.#waiting.count)
  }

  committed(record: StoredRecord): Arrival {
    if (!this.#source.holds(record)) return 'nothing'
    const position = this.#source.positionOf(record)
    if (position <= this.#seen) return 'nothing'
    const matches = this.#source.matchesLive(record)
    if (matches) {
      this.#know(position)
      this.#liveCount += 1
    }
    if (!this.#live) return 'nothing'
    if (matches && this.#isFull) {
      this.#live = false
      return 'nothing'
    }
    this.#look(record, position, matches, 'live')
    return 'looked'
  }

  readPage(): Arrival {
    const { filter, settings } = this.#config
    const size = pageSizeOf(settings)
    // With a filter most events may not count: look at more of them at a time, but not at so many that others wait.
    const limit =
      filter === undefined ? size : Math.max(size, Math.min(settings.maxCheckPointCount, LARGEST_FILTERED_PAGE))
    const start = this.#seen
    const page = this.#source.pageAfter(this.#dropsFirst ? start - 1n : start, limit)
    if (page.faulted) return 'faulted'
    let matching = 0
    for (const record of page.records) {
      const matches = this.#source.matches(record)
      if (matches && this.#isFull) return 'looked'
      if (matches) matching += 1
      if (matches && this.#dropsFirst) this.#drop(record)
      else this.#look(record, this.#source.positionOf(record), matches, 'page')
    }
    this.#dropsFirst = false
    // The real server takes notice of what it passed over only where it passed over a whole page, and then of its beginning.
    if (this.#loses && matching === 0 && page.records.length > 0) this.#progress.pass(start, page.records.length)
    if (page.next === undefined) {
      this.#live = true
      this.#liveCount = 0
    } else {
      // What the page left out at its end need not be passed over again.
      this.#seen = page.next - 1n
    }
    return 'looked'
  }

  get #isFull(): boolean {
    return this.#waiting.freshCount >= this.#config.settings.historyBufferSize
  }

  #drop(record: StoredRecord): void {
    this.#seen = this.#source.positionOf(record)
    this.#dropsFirst = false
  }

  #know(position: bigint): void {
    if (this.#lastKnown === undefined || position > this.#lastKnown) this.#lastKnown = position
  }

  #look(record: StoredRecord, position: bigint, matches: boolean, phase: ReadPhase): void {
    this.#seen = position
    if (!matches) {
      if (phase === 'live' || !this.#loses) this.#progress.pass(position)
      return
    }
    this.#know(position)
    this.#waiting.addFresh({
      id: record.id,
      original: record,
      position,
      sequence: this.#progress.open(position),
      sourceRevision: record.revision,
      phase,
      resolved: undefined,
      retryCount: 0,
    })
  }
}

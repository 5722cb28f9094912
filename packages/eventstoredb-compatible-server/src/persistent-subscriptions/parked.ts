import { resolveLink } from '../grpc/links.ts'
import { LogClosed } from '../log/log-closed.ts'
import { metastreamOf } from '../log/system-streams.ts'
import type { Log } from '../log/types.ts'
import type { Message } from './message.ts'
import { parkedEvent, parkedSourceRevision } from './parked-event.ts'
import type { ParkReason } from './parked-event.ts'

type Context = { readonly log: Log; readonly now: () => number; readonly newId: () => string }

const ATTEMPTS = 5
const TICKS_PER_MILLISECOND = 10_000n
const ADMINS_ONLY = { $r: '$admins', $w: '$admins', $d: '$admins', $mr: '$admins', $mw: '$admins' }

/**
 * A group's parked stream. Replayed entries stay in it until they are settled: `$tb` only ever moves past what has been acknowledged or
 * parked again, so that a crash during a replay loses nothing. With `losesReplayed` it moves when all have been read, as on the real
 * server, and a crash loses what was not acknowledged.
 */
export class ParkedMessages {
  /** How often parking was asked for since the group was loaded, by whom. */
  readonly requests: Record<ParkReason['kind'], number> = { 'client-nak': 0, 'max-retries': 0 }
  /** How often a replay was asked for since then. */
  replays = 0
  readonly #context: Context
  readonly #stream: string
  readonly #losesReplayed: boolean
  /** Number of the last entry; -1n while there is none. */
  #last = -1n
  /** Number of the first entry that has not been replayed. */
  #next = 0n
  readonly #unsettled = new Set<bigint>()
  #replayUntil: bigint | undefined
  #truncated = 0n
  #truncating: Promise<void> | undefined

  constructor(context: Context, stream: string, losesReplayed = false) {
    this.#context = context
    this.#stream = stream
    this.#losesReplayed = losesReplayed
    this.#refresh()
    this.#truncated = this.#next
  }

  /** Parked and not replayed. */
  get count(): bigint {
    return this.#last < this.#next ? 0n : this.#last - this.#next + 1n
  }

  /** When the oldest of these was parked, by its own record: milliseconds since 1970. Undefined while there is none. */
  get oldestAt(): number | undefined {
    if (this.count === 0n) return undefined
    const [oldest] = this.#context.log.readStream(this.#stream, this.#next, 'forwards', 1).records
    return oldest === undefined ? undefined : Number(oldest.created / TICKS_PER_MILLISECOND)
  }

  get replaying(): boolean {
    return this.#replayUntil !== undefined
  }

  /** Resolves when the entry is on disk; to false when it could not be written. */
  async park(message: Message, reason: ParkReason): Promise<boolean> {
    this.requests[reason.kind] += 1
    const { log, now, newId } = this.#context
    const record = parkedEvent(message, reason, newId(), now())
    let failure: unknown
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const result = await log.append(this.#stream, 'any', [record]).catch((error: unknown) => {
        failure = error
      })
      if (result?.kind !== 'appended') continue
      if (result.revision > this.#last) this.#last = result.revision
      return true
    }
    // The message is delivered again, so nothing is lost; but somebody should know why it comes again and again.
    if (failure instanceof Error && !(failure instanceof LogClosed)) process.emitWarning(failure)
    return false
  }

  /** Begins to replay what is parked now, entries below `stopAt` only. False when there is nothing to do or a replay is under way. */
  replay(stopAt: bigint | undefined): boolean {
    this.replays += 1
    if (this.replaying) return false
    this.#refresh()
    const end = this.#last + 1n
    const until = stopAt === undefined || stopAt > end ? end : stopAt
    if (until <= this.#next) return false
    this.#replayUntil = until
    return true
  }

  /** The next replayed messages. An entry whose event is gone counts as settled. */
  nextPage(limit: number): readonly Message[] {
    const until = this.#replayUntil
    if (until === undefined) return []
    const { records, next } = this.#context.log.readStream(this.#stream, this.#next, 'forwards', limit)
    const messages: Message[] = []
    for (const record of records) {
      if (record.revision >= until) break
      if (this.#unsettled.has(record.revision)) continue
      const resolved = resolveLink(this.#context.log, record)
      if (resolved.event === undefined || resolved.link === undefined) continue
      this.#unsettled.add(record.revision)
      messages.push({
        id: record.id,
        original: record,
        position: record.revision,
        sequence: undefined,
        sourceRevision: parkedSourceRevision(record),
        resolved,
        retryCount: 0,
      })
    }
    if (next !== undefined && next > this.#next && next < until) this.#next = next
    else {
      this.#next = until
      this.#replayUntil = undefined
      this.#truncateWhenSettled()
    }
    return messages
  }

  /** The replayed message with this number is acknowledged, or parked again and on disk. */
  settled(number: bigint): void {
    this.#unsettled.delete(number)
    this.#truncateWhenSettled()
  }

  /** A long replay is cut off bit by bit. */
  tick(): void {
    this.#truncate()
  }

  /** Cuts off what is settled; resolves when nothing is being written any more. */
  async close(): Promise<void> {
    await this.#truncating
    this.#truncate()
    await this.#truncating
  }

  /** Others may have truncated or deleted the stream meanwhile. */
  #refresh(): void {
    const { log } = this.#context
    this.#last = log.lastRevision(this.#stream) ?? -1n
    // The numbers of a deleted stream go on after its last one.
    const exists = log.streamState(this.#stream) === 'exists'
    const first = exists ? (log.streamMetadata(this.#stream).truncateBefore ?? 0n) : this.#last + 1n
    if (first > this.#next) this.#next = first
    // Somebody else has set the stream's metadata: what can be seen again is parked again.
    if (first < this.#truncated) {
      this.#next = first
      this.#truncated = first
    }
  }

  #truncateWhenSettled(): void {
    if ((this.#unsettled.size === 0 || this.#losesReplayed) && !this.replaying) this.#truncate()
  }

  /** The first number that has to stay. */
  #firstToKeep(): bigint {
    if (this.#losesReplayed) return this.replaying ? this.#truncated : this.#next
    let first = this.#next
    for (const number of this.#unsettled) if (number < first) first = number
    return first
  }

  #truncate(): void {
    const target = this.#firstToKeep()
    if (this.#truncating !== undefined || target <= this.#truncated) return
    const { log, newId } = this.#context
    if ((log.streamMetadata(this.#stream).truncateBefore ?? 0n) >= target) {
      this.#truncated = target
      return
    }
    // JSON by hand: the number may be larger than a JavaScript one.
    const data = Buffer.from(`{"$tb":${target},"$acl":${JSON.stringify(ADMINS_ONLY)}}`)
    const record = { id: newId(), type: '$metadata', isJson: true, data, metadata: Buffer.alloc(0) }
    this.#truncating = log.append(metastreamOf(this.#stream), 'any', [record]).then(
      () => {
        this.#truncated = target
        this.#truncating = undefined
        this.#truncateWhenSettled()
      },
      () => {
        // Entries that stay are replayed once more at worst; the next tick tries again.
        this.#truncating = undefined
      },
    )
  }
}

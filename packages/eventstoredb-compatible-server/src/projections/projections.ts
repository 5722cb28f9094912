import { setTimeout as pause } from 'node:timers/promises'
import type { OwnedLog } from '../log/open-log.ts'
import { catchUp, progressIn, setProgress, type CatchUp } from './derive.ts'
import { decodeProgress, markOf, type Progress } from './progress.ts'
import { STANDARD_PROJECTIONS, type StandardProjection } from './standard-projections.ts'

export type ProjectionInfo = {
  readonly name: string
  readonly running: boolean
  /** Stopped, and in such a way: without writing down how far it had come. */
  readonly aborted: boolean
  /** The next position it will look at; what is before it is dealt with. */
  readonly position: bigint
  /** Up to 100. */
  readonly progress: number
  readonly processedSinceStart: number
}

export type ProjectionsOptions = {
  readonly now: () => number
  /**
   * Milliseconds after which a projection follows what was written, as EventStoreDB does. Undefined: its links are part of the
   * transaction of what they point at.
   */
  readonly delay: number | undefined
  /** How many records each has looked at since the start. */
  readonly processed: Map<string, number>
}

/** Milliseconds after which a projection that could not write, as on a full disk, tries again. */
const RETRY_AFTER = 1_000

/** The standard projections: turned on and off, and brought up to date where they are behind. */
export class Projections {
  readonly #log: OwnedLog
  readonly #options: ProjectionsOptions
  readonly #running = new Map<string, Promise<void>>()
  readonly #again = new Set<string>()
  readonly #aborted = new Set<string>()
  /** Those whose last try failed, so that it is said once. */
  readonly #failing = new Set<string>()
  readonly #closing = new AbortController()
  #stopListening: () => void = () => undefined

  constructor(log: OwnedLog, options: ProjectionsOptions) {
    this.#log = log
    this.#options = options
  }

  /** Goes on where the last start ended. */
  async start(): Promise<void> {
    if (this.#isDelayed) {
      await this.#log.write((group) => {
        for (const projection of STANDARD_PROJECTIONS) {
          if (progressIn(group, projection).kind !== 'live') continue
          setProgress(group, projection, { kind: 'following', position: group.nextPosition })
        }
      })
      this.#stopListening = this.#log.onCommitted(() => this.#followAll())
    }
    this.#followAll()
  }

  /** Undefined when there is no such projection. */
  find(name: string): StandardProjection | undefined {
    return STANDARD_PROJECTIONS.find((projection) => projection.name === name)
  }

  /** Resolves when that is on disk; a projection with little to catch up with has done so by then. */
  async enable(projection: StandardProjection): Promise<void> {
    this.#aborted.delete(projection.name)
    const more = await this.#log.write((group) => {
      const progress = progressIn(group, projection)
      if (progress.kind !== 'stopped') return false
      setProgress(group, projection, { kind: 'following', position: progress.position })
      return this.#isDelayed || this.#catchUp(projection)(group)
    })
    if (more) this.#follow(projection)
  }

  async enableAll(): Promise<void> {
    for (const projection of STANDARD_PROJECTIONS) await this.enable(projection)
  }

  /**
   * It keeps its place: when it is enabled again it takes what it has missed. An aborted one does so too, and until the next start it
   * says that it was.
   */
  async disable(projection: StandardProjection, how: 'stop' | 'abort' = 'stop'): Promise<void> {
    if (how === 'abort' && this.#progress(projection).kind !== 'stopped') this.#aborted.add(projection.name)
    await this.#log.write((group) => {
      const progress = progressIn(group, projection)
      if (progress.kind === 'stopped') return
      setProgress(group, projection, {
        kind: 'stopped',
        position: progress.kind === 'live' ? group.nextPosition : progress.position,
      })
    })
  }

  info(projection: StandardProjection): ProjectionInfo {
    const { name } = projection
    const progress = this.#progress(projection)
    const end = this.#log.head() + 1n
    const position = progress.kind === 'live' || progress.position > end ? end : progress.position
    return {
      name,
      running: progress.kind !== 'stopped',
      aborted: progress.kind === 'stopped' && this.#aborted.has(name),
      position,
      progress: end === 0n ? 100 : Number((position * 10_000n) / end) / 100,
      processedSinceStart: this.#options.processed.get(name) ?? 0,
    }
  }

  infos(): readonly ProjectionInfo[] {
    return STANDARD_PROJECTIONS.map((projection) => this.info(projection))
  }

  /** Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#stopListening()
    this.#closing.abort()
    await Promise.all([...this.#running.values()])
  }

  get #isDelayed(): boolean {
    return this.#options.delay !== undefined
  }

  #progress({ name }: StandardProjection): Progress {
    return decodeProgress(this.#log.mark(markOf(name)))
  }

  #followAll(): void {
    for (const projection of STANDARD_PROJECTIONS)
      if (this.#progress(projection).kind === 'following') this.#follow(projection)
  }

  /** One at a time for each projection; what is committed meanwhile, perhaps after its last look, has it look once more. */
  #follow(projection: StandardProjection, after = this.#options.delay): void {
    const { name } = projection
    if (this.#closing.signal.aborted) return
    if (this.#running.has(name)) {
      this.#again.add(name)
      return
    }
    const work = this.#work(projection, after).then(
      () => {
        this.#running.delete(name)
        this.#failing.delete(name)
        if (this.#again.delete(name)) this.#follow(projection)
      },
      (error: unknown) => {
        this.#running.delete(name)
        if (this.#closing.signal.aborted) return
        if (!this.#failing.has(name)) process.emitWarning(error instanceof Error ? error : String(error))
        this.#failing.add(name)
        this.#follow(projection, RETRY_AFTER)
      },
    )
    this.#running.set(name, work)
  }

  async #work(projection: StandardProjection, after: number | undefined): Promise<void> {
    if (after !== undefined) await pause(after, undefined, { signal: this.#closing.signal })
    for (let more = true; more && !this.#closing.signal.aborted;)
      more = await this.#log.write(this.#catchUp(projection))
  }

  #catchUp(projection: StandardProjection): (group: Parameters<typeof catchUp>[0]) => boolean {
    const how: CatchUp = {
      readAll: (from, direction, limit) => this.#log.readAll(from, direction, limit),
      end: () => this.#log.head() + 1n,
      now: this.#options.now,
      becomesLive: !this.#isDelayed,
      processed: this.#options.processed,
    }
    return (group) => catchUp(group, projection, how)
  }
}

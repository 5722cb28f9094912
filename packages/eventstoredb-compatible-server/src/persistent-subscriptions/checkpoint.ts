import type { Log } from '../log/types.ts'
import type { Mark } from './progress.ts'
import type { Settings } from './settings.ts'

/** Older servers wrote the type without the dollar sign; only the data is looked at when reading. */
export const CHECKPOINT_TYPE = '$SubscriptionCheckpoint'

type Bounds = Pick<Settings, 'checkPointAfter' | 'minCheckPointCount' | 'maxCheckPointCount'>
type Format = { parse(text: string): bigint | undefined; format(position: bigint): string }
type Context = {
  readonly log: Log
  readonly now: () => number
  readonly newId: () => string
  readonly missesCheckpoints: boolean
}

/** The last checkpoint in a group's checkpoint stream. */
export const loadCheckpoint = (log: Log, stream: string, format: Format): bigint | undefined => {
  const [last] = log.readStream(stream, 'end', 'backwards', 1).records
  if (last === undefined) return undefined
  const text = /^"(.*)"$/.exec(last.data.toString('utf8'))?.[1]
  return text === undefined ? undefined : format.parse(text)
}

/** Writes checkpoints when enough has been done since the last one: at once from the upper bound on, by time from the lower one on. */
export class CheckpointWriter {
  readonly #context: Context
  readonly #stream: string
  readonly #bounds: Bounds
  readonly #format: Format
  #requested: Mark | undefined
  #lastAt = Number.NEGATIVE_INFINITY
  #writing: Promise<void> | undefined

  constructor(context: Context, stream: string, bounds: Bounds, format: Format, loaded: bigint | undefined) {
    this.#context = context
    this.#stream = stream
    this.#bounds = bounds
    this.#format = format
    if (loaded !== undefined) this.#requested = { position: loaded, sequence: 0 }
  }

  /** The last checkpoint that was loaded or asked to be written. */
  get position(): bigint | undefined {
    return this.#requested?.position
  }

  /** After something was settled: only the upper bound counts. */
  settled(mark: Mark | undefined): void {
    if (mark !== undefined && this.#since(mark) >= this.#bounds.maxCheckPointCount) this.#write(mark)
  }

  tick(mark: Mark | undefined): void {
    if (mark === undefined) return
    const { checkPointAfter, minCheckPointCount } = this.#bounds
    const due = checkPointAfter > 0 && this.#context.now() - this.#lastAt >= checkPointAfter
    if (due && this.#since(mark) >= minCheckPointCount) this.#write(mark)
    else this.settled(mark)
  }

  /** Resolves when nothing is being written any more. */
  async idle(): Promise<void> {
    await this.#writing
  }

  #since(mark: Mark): number {
    return mark.sequence - (this.#requested?.sequence ?? 0)
  }

  #write(mark: Mark): void {
    if (this.#writing !== undefined) {
      if (this.#context.missesCheckpoints) this.#requested = mark
      return
    }
    const before = this.#requested
    this.#requested = mark
    this.#lastAt = this.#context.now()
    const data = Buffer.from(JSON.stringify(this.#format.format(mark.position)))
    const record = { id: this.#context.newId(), type: CHECKPOINT_TYPE, isJson: true, data, metadata: Buffer.alloc(0) }
    this.#writing = this.#context.log.append(this.#stream, 'any', [record]).then(
      () => {
        this.#writing = undefined
      },
      () => {
        // An older checkpoint only means that more is delivered again; the next tick tries once more.
        this.#requested = before
        this.#writing = undefined
      },
    )
  }
}

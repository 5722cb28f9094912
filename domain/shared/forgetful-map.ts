import { PersistentMap } from './persistent-map.ts'

/** What a map holds and since when, to be written down and made again from. */
export type ForgetfulContent<Value> = {
  readonly recent: readonly (readonly [string, Value])[]
  readonly earlier: readonly (readonly [string, Value])[]
  /** When `recent` began, in milliseconds since 1970. */
  readonly since: number
  readonly hasForgotten: boolean
}

/**
 * An immutable map that forgets what is old: an entry stays for at least `keepMs` and for at most twice as long, by the times that are
 * given with later entries, never by a clock: the same entries at the same times always leave the same map.
 *
 * Two generations. When the younger one has lasted for `keepMs` it becomes the older one, and the older one goes as a whole: no entry
 * has to carry its time, and forgetting costs nothing. One entry ends at most one generation, however far ahead its time is: a writer
 * whose clock was wrong for a moment cannot wipe out everything.
 */
export class ForgetfulMap<Value> implements Iterable<readonly [string, Value]> {
  /** Something that was in here has been forgotten: that a key is not there proves nothing. */
  readonly hasForgotten: boolean
  readonly #recent: PersistentMap<Value>
  readonly #earlier: PersistentMap<Value>
  readonly #since: number
  readonly #keepMs: number

  private constructor(
    recent: PersistentMap<Value>,
    earlier: PersistentMap<Value>,
    since: number,
    hasForgotten: boolean,
    keepMs: number,
  ) {
    this.#recent = recent
    this.#earlier = earlier
    this.#since = since
    this.hasForgotten = hasForgotten
    this.#keepMs = keepMs
  }

  static empty<Value>(keepMs: number): ForgetfulMap<Value> {
    return new ForgetfulMap<Value>(PersistentMap.empty(), PersistentMap.empty(), 0, false, keepMs)
  }

  static of<Value>(
    { recent, earlier, since, hasForgotten }: ForgetfulContent<Value>,
    keepMs: number,
  ): ForgetfulMap<Value> {
    const mapOf = (entries: ForgetfulContent<Value>['recent']) =>
      entries.reduce((map, [key, value]) => map.with(key, value), PersistentMap.empty<Value>())
    return new ForgetfulMap(mapOf(recent), mapOf(earlier), since, hasForgotten, keepMs)
  }

  get size(): number {
    return this.#recent.size + this.#earlier.size
  }

  get(key: string): Value | undefined {
    return this.#recent.get(key) ?? this.#earlier.get(key)
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  with(key: string, value: Value, at: Date): ForgetfulMap<Value> {
    const time = at.getTime()
    if (this.#recent.size === 0 && this.#earlier.size === 0) {
      return new ForgetfulMap(this.#recent.with(key, value), this.#earlier, time, this.hasForgotten, this.#keepMs)
    }
    if (time < this.#since + this.#keepMs) {
      return new ForgetfulMap(
        this.#recent.with(key, value),
        this.#earlier,
        this.#since,
        this.hasForgotten,
        this.#keepMs,
      )
    }
    const forgets = this.hasForgotten || this.#earlier.size > 0
    return new ForgetfulMap(PersistentMap.empty<Value>().with(key, value), this.#recent, time, forgets, this.#keepMs)
  }

  /** In no particular order. */
  *[Symbol.iterator](): Iterator<readonly [string, Value]> {
    yield* this.#earlier
    yield* this.#recent
  }

  content(): ForgetfulContent<Value> {
    return {
      recent: [...this.#recent],
      earlier: [...this.#earlier],
      since: this.#since,
      hasForgotten: this.hasForgotten,
    }
  }
}

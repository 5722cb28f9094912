import type { Direction, Event, ReadOperation, ReadOutcome, Seen, WriteOperation, WriteOutcome } from './operations.ts'

const LAST = 9_223_372_036_854_775_807n

/** An event that the rules ask for. Without an id: one that the server makes itself. */
export type Asked = Omit<Event, 'id'> & { readonly stream: string; readonly revision: bigint; readonly id?: string }

/** What a write comes to: events to be added (none of them: it only takes a position), or an answer without effect. */
export type Verdict = Written | { readonly answer: WriteOutcome }
export type Written = { readonly write: readonly Asked[]; readonly revision: bigint }

type Metadata = { readonly maxCount?: bigint; readonly maxAge?: bigint; readonly truncateBefore?: bigint }

/**
 * EventStoreDB's rules for one log, without files, caches or groups: everything is worked out of the list of events, anew each time.
 */
export class Rules {
  readonly log: Seen[] = []
  readonly #streams = new Map<string, Seen[]>()
  /** The first stream to write an id owns it. */
  readonly #owners = new Map<string, Seen>()

  add(event: Seen): void {
    this.log.push(event)
    this.#streams.set(event.stream, [...this.#eventsOf(event.stream), event])
    if (!this.#owners.has(event.id)) this.#owners.set(event.id, event)
  }

  judge(operation: WriteOperation, now: number): Verdict {
    const { stream, expected } = operation
    const current = this.#current(stream)
    const wrong: Verdict = { answer: { kind: 'wrong_expected_version', current: current < 0n ? 'no_stream' : current } }
    // Metadata that was there before the tombstone can still be added to, but not deleted or read.
    const mayBeAddedTo = operation.kind === 'append' && current >= 0n && current !== LAST
    if (this.#isTombstoned(stream) && !mayBeAddedTo) return { answer: { kind: 'stream_deleted' } }
    const hasMetadata = this.#eventsOf(`$$${stream}`).length > 0
    if (operation.kind === 'soft_delete' && current < 0n && !hasMetadata) return wrong
    if (expected === 'stream_exists') {
      if (this.#isSoftDeleted(stream)) return { answer: { kind: 'stream_deleted' } }
      if (current < 0n && !hasMetadata) return wrong
    }
    const exact = expected === 'no_stream' ? -1n : typeof expected === 'bigint' ? expected : undefined
    if (operation.kind !== 'append') {
      if (exact !== undefined && exact !== current && !(exact === -1n && this.#isSoftDeleted(stream))) return wrong
      return operation.kind === 'tombstone' ? this.#tombstone(stream) : this.#softDelete(stream)
    }
    const repeated =
      exact === undefined ? this.#weakly(stream, operation.events) : this.#strongly(stream, exact, operation.events)
    if (repeated === 'wrong') return wrong
    if (repeated === 'new') return this.#append(stream, operation.events)
    return {
      answer: {
        kind: 'done',
        revision: repeated.revision,
        position: this.#isReadable(repeated, now) ? repeated.position : undefined,
      },
    }
  }

  /** Everything from there on that a read may show, however many are asked for. */
  read(operation: ReadOperation, now: number): Pick<ReadOutcome, 'state' | 'events'> {
    const { from, direction } = operation
    if (operation.kind === 'read_all') {
      const shown = this.log.filter(({ position }) =>
        direction === 'forwards' ? from !== 'end' && position >= from : from === 'end' || position < from,
      )
      return { state: 'found', events: inDirection(shown, direction) }
    }
    if (this.#isTombstoned(operation.stream)) return { state: 'deleted', events: [] }
    const events = this.#eventsOf(operation.stream)
    if (events.length === 0 || this.#isSoftDeleted(operation.stream)) return { state: 'not_found', events: [] }
    const shown = events.filter(
      (event) =>
        this.#isReadable(event, now) &&
        (direction === 'forwards'
          ? from !== 'end' && event.revision >= from
          : from === 'end' || event.revision <= from),
    )
    return { state: 'found', events: inDirection(shown, direction) }
  }

  #weakly(stream: string, events: readonly Event[]): 'new' | 'wrong' | Seen {
    const known = events
      .map(({ id }) => this.#owners.get(id))
      .map((owner) => (owner?.stream === stream ? owner : undefined))
    const last = known.at(-1)
    if (known[0] === undefined) return 'new'
    return last === undefined || known.includes(undefined) ? 'wrong' : last
  }

  #strongly(stream: string, exact: bigint, events: readonly Event[]): 'new' | 'wrong' | Seen {
    const current = this.#current(stream)
    if (exact === current) return 'new'
    const there = this.#eventsOf(stream).slice(Number(exact) + 1, Number(exact) + 1 + events.length)
    const last = there.at(-1)
    if (exact > current || last === undefined) return 'wrong'
    const differs = events.findIndex(({ id }, index) => there[index]?.id !== id)
    if (differs < 0) return last
    return differs === 0 && exact === -1n && this.#isSoftDeleted(stream) ? 'new' : 'wrong'
  }

  /** A soft-deleted stream comes back with its next event, or with new metadata; everything before stays hidden. */
  #append(stream: string, events: readonly Event[]): Verdict {
    const current = this.#current(stream)
    const write: Asked[] = events.map((event, index) => ({ ...event, stream, revision: current + 1n + BigInt(index) }))
    const subject = stream.startsWith('$$') ? stream.slice(2) : stream
    if (write.length > 0 && this.#isSoftDeleted(subject) && !this.#isTombstoned(subject)) {
      const metastream = `$$${subject}`
      const own = metastream === stream ? write : []
      const before = own.at(-1) ?? this.#eventsOf(metastream).at(-1)
      const revision = this.#current(metastream) + 1n + BigInt(own.length)
      write.push({
        stream: metastream,
        revision,
        type: '$metadata',
        isJson: true,
        data: withTruncateBefore(before?.data, this.#current(subject) + 1n),
      })
    }
    return { write, revision: current + BigInt(events.length) }
  }

  #softDelete(stream: string): Verdict {
    const revision = this.#current(`$$${stream}`) + 1n
    return {
      revision,
      write: [{ stream: `$$${stream}`, revision, type: '$metadata', isJson: true, data: `{"$tb":${LAST}}` }],
    }
  }

  #tombstone(stream: string): Verdict {
    return { revision: LAST, write: [{ stream, revision: LAST, type: '$streamDeleted', isJson: false, data: '' }] }
  }

  #eventsOf(stream: string): readonly Seen[] {
    return this.#streams.get(stream) ?? []
  }

  #current(stream: string): bigint {
    return this.#eventsOf(stream).at(-1)?.revision ?? -1n
  }

  /** With a stream its metadata is gone too. */
  #isTombstoned(stream: string): boolean {
    return this.#current(stream) === LAST || (stream.startsWith('$$') && this.#current(stream.slice(2)) === LAST)
  }

  #isSoftDeleted(stream: string): boolean {
    return this.#metadata(stream).truncateBefore === LAST
  }

  #metadata(stream: string): Metadata {
    if (stream.startsWith('$$')) return { maxCount: 1n }
    const last = this.#eventsOf(`$$${stream}`).at(-1)
    return last?.isJson === true ? parseMetadata(last.data) : {}
  }

  #isReadable(event: Seen, now: number): boolean {
    const { maxCount, maxAge, truncateBefore } = this.#metadata(event.stream)
    if (this.#isTombstoned(event.stream) || truncateBefore === LAST) return false
    if (truncateBefore !== undefined && event.revision < truncateBefore) return false
    if (maxCount !== undefined && event.revision <= this.#current(event.stream) - maxCount) return false
    return maxAge === undefined || event.created >= (BigInt(now) - maxAge * 1_000n) * 10_000n
  }
}

const inDirection = (events: readonly Seen[], direction: Direction): readonly Seen[] =>
  direction === 'forwards' ? events : events.toReversed()

/** Strict, as EventStoreDB reads it: one value that is no whole number makes all of it void. Values that say nothing are left out. */
const parseMetadata = (data: string): Metadata => {
  const fields =
    /^\{(.*)\}$/
      .exec(data)?.[1]
      ?.split(',')
      .map((field) => field.split(':')) ?? []
  const values = new Map<string, bigint>()
  for (const [key = '', value = ''] of fields) {
    if (!key.startsWith('"$')) continue
    if (!/^-?\d+$/.test(value)) return {}
    values.set(key.slice(2, -1), BigInt(value))
  }
  const [maxCount, maxAge, truncateBefore] = [
    values.get('maxCount') ?? 0n,
    values.get('maxAge') ?? 0n,
    values.get('tb') ?? -1n,
  ]
  return {
    ...(maxCount > 0n ? { maxCount } : {}),
    ...(maxAge > 0n ? { maxAge } : {}),
    ...(truncateBefore >= 0n ? { truncateBefore } : {}),
  }
}

/** The fields of a flat object with another $tb, in the order of `sortedFields`. */
const withTruncateBefore = (data: string | undefined, truncateBefore: bigint): string => {
  const others = (/^\{(.+)\}$/.exec(data ?? '')?.[1]?.split(',') ?? []).filter((field) => !field.startsWith('"$tb":'))
  return sortedFields(`{${[...others, `"$tb":${truncateBefore}`].join(',')}}`)
}

/** A flat object's fields in one order, so that two that the rules hold for equal are equal. */
export const sortedFields = (data: string): string => `{${data.slice(1, -1).split(',').toSorted().join(',')}}`

import { ticks } from '../log/appends.ts'
import { isTombstoned } from '../log/stream-entry.ts'
import { isLeftOutOfAll } from '../log/system-streams.ts'
import type { AllPage, StoredRecord } from '../log/types.ts'
import { revive, revivedBy } from '../log/undelete.ts'
import type { WriteGroup } from '../log/write-group.ts'
import { emittedRecord } from './emitted.ts'
import { decodeProgress, encodeProgress, markOf, type Progress } from './progress.ts'
import { sourceOf, type Source } from './source.ts'
import { STANDARD_PROJECTIONS, type StandardProjection } from './standard-projections.ts'

export const progressIn = (group: WriteGroup, { name }: StandardProjection): Progress =>
  decodeProgress(group.mark(markOf(name)))

export const setProgress = (group: WriteGroup, { name }: StandardProjection, progress: Progress): void =>
  group.setMark(markOf(name), encodeProgress(progress))

const emit = (group: WriteGroup, projection: StandardProjection, source: Source, created: bigint): void => {
  const emitted = projection.emits(source)
  // Somebody may have closed the output stream for ever; the source's append must not suffer for it.
  if (emitted === undefined || isTombstoned(group.entry(emitted.stream))) return
  const revivals = revivedBy(group, emitted.stream)
  group.add(emitted.stream, emittedRecord(projection.id, source, emitted), created)
  for (const revival of revivals) revive(group, revival, created)
}

/**
 * Writes what the live projections make of the group's new records into the same group; what they write is a record too, and looked at
 * like any other. All records come by here, once and in order, so a live projection misses nothing and writes nothing twice.
 */
export const deriveLive =
  (now: () => number, processed: Map<string, number>) =>
  (group: WriteGroup): void => {
    const live = STANDARD_PROJECTIONS.filter((projection) => progressIn(group, projection).kind === 'live')
    for (const record of group.underived()) {
      if (live.length === 0 || isLeftOutOfAll(record.stream)) continue
      const source = sourceOf(record)
      for (const projection of live) emit(group, projection, source, ticks(now()))
      count(processed, live, 1)
    }
  }

const count = (processed: Map<string, number>, projections: readonly StandardProjection[], more: number): void => {
  for (const { name } of projections) processed.set(name, (processed.get(name) ?? 0) + more)
}

/** How many records a projection that is behind looks at in one transaction; live appends come in between. */
export const CATCH_UP_BATCH = 500

export type CatchUp = {
  readonly readAll: (from: bigint, direction: 'forwards', limit: number) => AllPage
  /** Where what is on disk ends. */
  readonly end: () => bigint
  readonly now: () => number
  /** True: at the end of the log it becomes live. False: it stays behind and is to be called again when there is more. */
  readonly becomesLive: boolean
  /** By the projection's name, since the start. */
  readonly processed: Map<string, number>
}

/**
 * One step of a projection that is behind; to be run as a write of the log. What it emits and how far it is then go to disk together,
 * so a crash repeats nothing. Everything of earlier transactions is read from disk. Once there is no more of that, what this very
 * transaction holds so far is taken too: from that point on `deriveLive` sees every record.
 * Returns whether there is more to do.
 */
export const catchUp = (
  group: WriteGroup,
  projection: StandardProjection,
  { readAll, end, now, becomesLive, processed }: CatchUp,
): boolean => {
  const progress = progressIn(group, projection)
  if (progress.kind !== 'following') return false
  const beforeThis = group.records
  const created = ticks(now())
  const take = (records: readonly StoredRecord[]): void => {
    for (const record of records) emit(group, projection, sourceOf(record), created)
    count(processed, [projection], records.length)
  }
  const page = readAll(progress.position, 'forwards', CATCH_UP_BATCH)
  take(page.records)
  if (page.next !== undefined) {
    setProgress(group, projection, { kind: 'following', position: page.next })
    return true
  }
  if (becomesLive) {
    take(beforeThis.filter(({ stream }) => !isLeftOutOfAll(stream)))
    setProgress(group, projection, { kind: 'live' })
    return false
  }
  // What is hidden at the end of the log is dealt with too.
  if (end() > progress.position) setProgress(group, projection, { kind: 'following', position: end() })
  return false
}

import type { Decision } from './decision.ts'
import { judgeAppend, type StreamView } from './expected-revision.ts'
import { isSoftDeleted, isTombstoned } from './stream-entry.ts'
import { isMetastream, metastreamOf, streamOfMetastream } from './system-streams.ts'
import type { AppendResult, ExpectedRevision, ProposedRecord } from './types.ts'
import { revive, revivedBy } from './undelete.ts'
import { isReadable } from './visibility.ts'
import type { WriteGroup } from './write-group.ts'

/** The stream as a write finds it, the ones before it in the group counted in. */
export const viewOf = (group: WriteGroup, stream: string): StreamView => {
  const entry = group.entry(stream)
  return {
    current: entry?.lastRevision ?? -1n,
    tombstoned: isTombstoned(entry) || belongsToTombstoned(group, stream),
    softDeleted: isSoftDeleted(entry),
    // Asked for by few.
    get hasMetadata() {
      return (group.entry(metastreamOf(stream))?.lastRevision ?? -1n) >= 0n
    },
    idAt: (revision) => group.record(stream, revision)?.id,
    writtenAs: (id) => group.writtenAs(stream, id),
  }
}

/** With a stream its metadata is gone for ever too. */
const belongsToTombstoned = (group: WriteGroup, stream: string): boolean =>
  isMetastream(stream) && isTombstoned(group.entry(streamOfMetastream(stream)))

/**
 * As an append finds it. Metadata that was there before its stream was tombstoned can still be added to, though nobody can read it any
 * more; none can be begun.
 */
const viewForAppend = (group: WriteGroup, stream: string): StreamView => {
  const view = viewOf(group, stream)
  return view.current >= 0n && belongsToTombstoned(group, stream)
    ? { ...view, tombstoned: isTombstoned(group.entry(stream)) }
    : view
}

/** Judges one append and, where it is good, adds its records to the group: all of them in one run, or none. */
export const append = (
  group: WriteGroup,
  stream: string,
  expected: ExpectedRevision,
  records: readonly ProposedRecord[],
  now: number,
): AppendResult => {
  const view = viewForAppend(group, stream)
  const decision = judgeAppend(
    view,
    expected,
    records.map(({ id }) => id),
  )
  if (decision.kind !== 'write') return refusalOrRepetition(group, stream, view, decision, now)
  if (records.length === 0) return { kind: 'appended', revision: view.current, position: group.skipPosition() }
  const created = ticks(now)
  const revivals = revivedBy(group, stream)
  let last
  for (const record of records) last = group.add(stream, record, created)
  for (const revival of revivals) revive(group, revival, created)
  return { kind: 'appended', revision: view.current + BigInt(records.length), position: last?.position }
}

/** A repetition is answered as the first time, its position left out once that event can't be read any more. */
const refusalOrRepetition = (
  group: WriteGroup,
  stream: string,
  view: StreamView,
  decision: Exclude<Decision, { kind: 'write' }>,
  now: number,
): AppendResult => {
  if (decision.kind === 'stream_deleted') return decision
  if (decision.kind === 'wrong_expected_version') return wrongExpectedVersion(view)
  const record = group.record(stream, decision.revision)
  const readable =
    record !== undefined &&
    !belongsToTombstoned(group, stream) &&
    isReadable(group.entry(stream), record, isMetastream(stream), now)
  return { kind: 'appended', revision: decision.revision, position: readable ? record.position : undefined }
}

export const wrongExpectedVersion = ({ current }: StreamView): AppendResult => ({
  kind: 'wrong_expected_version',
  current: current < 0n ? 'no_stream' : current,
})

/** 100-ns ticks of a time in milliseconds. */
export const ticks = (milliseconds: number): bigint => BigInt(Math.floor(milliseconds)) * 10_000n

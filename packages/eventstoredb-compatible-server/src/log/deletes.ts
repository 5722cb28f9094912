import { randomUUID } from 'node:crypto'
import { ticks, viewOf, wrongExpectedVersion } from './appends.ts'
import { judgeDelete, type StreamView } from './expected-revision.ts'
import { withTruncateBefore } from './metadata.ts'
import { isTombstoned, LAST_REVISION } from './stream-entry.ts'
import { metastreamOf } from './system-streams.ts'
import type { AppendResult, ExpectedRevision } from './types.ts'
import { metadataRecord } from './undelete.ts'
import type { WriteGroup } from './write-group.ts'

export const TOMBSTONE_TYPE = '$streamDeleted'

/**
 * A soft delete is metadata that truncates everything, in place of whatever metadata there was. A stream that never was can't be
 * deleted, not even where any version is fine; nor one whose metadata stream is tombstoned, as nothing can be written there any more. The
 * result is that of the metadata event.
 */
export const softDelete = (
  group: WriteGroup,
  stream: string,
  expected: ExpectedRevision,
  now: number,
): AppendResult => {
  const view = viewOf(group, stream)
  if (!view.tombstoned && view.current < 0n && !view.hasMetadata) return wrongExpectedVersion(view)
  if (isTombstoned(group.entry(metastreamOf(stream)))) return { kind: 'stream_deleted' }
  return (
    judged(view, expected) ??
    added(group.add(metastreamOf(stream), metadataRecord(withTruncateBefore(undefined, LAST_REVISION)), ticks(now)))
  )
}

/** A tombstone closes the stream for ever; it may be set before there is a stream. */
export const tombstone = (group: WriteGroup, stream: string, expected: ExpectedRevision, now: number): AppendResult => {
  const empty = Buffer.alloc(0)
  const record = { id: randomUUID(), type: TOMBSTONE_TYPE, isJson: false, data: empty, metadata: empty }
  return judged(viewOf(group, stream), expected) ?? added(group.add(stream, record, ticks(now), LAST_REVISION))
}

/** The answer when there is nothing to be written. */
const judged = (view: StreamView, expected: ExpectedRevision): AppendResult | undefined => {
  const decision = judgeDelete(view, expected)
  if (decision.kind === 'stream_deleted') return decision
  return decision.kind === 'write' ? undefined : wrongExpectedVersion(view)
}

const added = ({ revision, position }: { revision: bigint; position: bigint }): AppendResult => ({
  kind: 'appended',
  revision,
  position,
})

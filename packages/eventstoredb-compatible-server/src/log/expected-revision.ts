import type { Decision } from './decision.ts'
import type { ExpectedRevision } from './types.ts'
import { strongIdempotency } from './strong-idempotency.ts'
import { weakIdempotency } from './weak-idempotency.ts'

/** What has to be known of a stream to judge an append to it, everything accepted before counted in. */
export type StreamView = {
  /** -1 when nothing was ever written. */
  readonly current: bigint
  readonly tombstoned: boolean
  readonly softDeleted: boolean
  readonly hasMetadata: boolean
  /** Id of the event at a revision, hidden or not. */
  idAt(revision: bigint): string | undefined
  /** Revision under which this stream got the event with this id, as far as remembered. */
  writtenAs(id: string): bigint | undefined
}

/**
 * EventStoreDB's rules for the expected revision.
 * 1. A tombstoned stream refuses everything.
 * 2. "The stream exists" fails for a soft-deleted stream as deleted; metadata alone makes a stream exist.
 * 3. "Any" and "the stream exists" recognise what was written lately by its ids.
 * 4. A revision that was left behind is fine if exactly these events were written there; one ahead never is.
 */
export const judgeAppend = (view: StreamView, expected: ExpectedRevision, ids: readonly string[]): Decision => {
  if (view.tombstoned) return { kind: 'stream_deleted' }
  if (expected === 'stream_exists') {
    if (view.softDeleted) return { kind: 'stream_deleted' }
    if (view.current < 0n && !view.hasMetadata) return { kind: 'wrong_expected_version' }
  }
  if (expected === 'any' || expected === 'stream_exists')
    return weakIdempotency(view.current, ids, (id) => view.writtenAs(id))
  const revision = expected === 'no_stream' ? -1n : expected
  if (revision === view.current) return { kind: 'write' }
  if (revision > view.current) return { kind: 'wrong_expected_version' }
  return strongIdempotency(revision, ids, (at) => view.idAt(at), view.softDeleted)
}

/** The same for a delete, which has no ids. A soft-deleted stream may be deleted again as if it were not there. */
export const judgeDelete = (view: StreamView, expected: ExpectedRevision): Decision => {
  if (view.tombstoned) return { kind: 'stream_deleted' }
  if (expected === 'any') return { kind: 'write' }
  if (expected === 'stream_exists') return judgeAppend(view, expected, [])
  const revision = expected === 'no_stream' ? -1n : expected
  if (revision === view.current || (revision === -1n && view.softDeleted)) return { kind: 'write' }
  return { kind: 'wrong_expected_version' }
}

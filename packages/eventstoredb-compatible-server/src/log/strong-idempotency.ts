import type { Decision } from './decision.ts'

/**
 * An append at a revision that the stream has left behind counts as done before when exactly these ids stand there, one after
 * another; a part of what was written then is enough. Only ids are compared, never data. Hidden events count: `idAt` must not apply
 * the stream's metadata.
 */
export const strongIdempotency = (
  expected: bigint,
  ids: readonly string[],
  idAt: (revision: bigint) => string | undefined,
  softDeleted: boolean,
): Decision => {
  if (ids.length === 0) return { kind: 'wrong_expected_version' }
  const differs = ids.findIndex((id, index) => idAt(expected + 1n + BigInt(index)) !== id)
  if (differs < 0) return { kind: 'already_written', revision: expected + BigInt(ids.length) }
  // A soft-deleted stream is there to be created again.
  if (differs === 0 && expected === -1n && softDeleted) return { kind: 'write' }
  return { kind: 'wrong_expected_version' }
}

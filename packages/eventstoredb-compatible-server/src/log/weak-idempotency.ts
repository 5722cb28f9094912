import type { Decision } from './decision.ts'
import { Recent } from './recent.ts'

/** So many of the last event ids are remembered for certain. */
export const REMEMBERED_IDS = 50_000

export type WrittenAs = { readonly stream: string; readonly revision: bigint }

/**
 * Which event was written where, for appends that name no revision. The first stream to write an id owns it: the same id appended to
 * another stream is written there every time.
 */
export class RecentIds {
  readonly #ids = new Recent<WrittenAs>(REMEMBERED_IDS)

  remember(id: string, stream: string, revision: bigint): void {
    if (this.#ids.get(id) === undefined) this.#ids.set(id, { stream, revision })
  }

  get(id: string): WrittenAs | undefined {
    return this.#ids.get(id)
  }
}

/**
 * An append that names no revision counts as done before when every id of it is known for this stream. The first id decides: unknown
 * means that all is new, even if later ids are known. Known with a later one unknown is a contradiction, which EventStoreDB answers
 * as a wrong version although any version was fine. Revisions need not follow one another.
 */
export const weakIdempotency = (
  current: bigint,
  ids: readonly string[],
  writtenAs: (id: string) => bigint | undefined,
): Decision => {
  const [first] = ids
  if (first === undefined || writtenAs(first) === undefined) return { kind: 'write' }
  let revision = current
  for (const id of ids) {
    const known = writtenAs(id)
    if (known === undefined) return { kind: 'wrong_expected_version' }
    revision = known
  }
  return { kind: 'already_written', revision }
}

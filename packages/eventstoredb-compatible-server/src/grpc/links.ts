import type { Log, StoredRecord } from '../log/types.ts'
import type { ResolvedRecord } from './recorded-event.ts'

export const LINK_TYPE = '$>'

/** A page of history treats a broken link as an ordinary event; in the live phase it is handed out as a link without an event. */
export type ReadPhase = 'page' | 'live'

/**
 * Follows a link, one level deep: an event of type `$>` with the data `N@stream` stands for event N of that stream. The text is split
 * at its first `@`. A target that a reader of its stream could not see (gone, truncated, expired, deleted), or that is not named, leaves
 * the link alone. What does not begin with a number is a broken link, with an `@` or without.
 */
export const resolveLink = (
  log: Pick<Log, 'readRecord'>,
  record: StoredRecord,
  phase: ReadPhase = 'page',
): ResolvedRecord => {
  if (record.type !== LINK_TYPE) return { event: record }
  const text = record.data.toString('utf8')
  const at = text.indexOf('@')
  const revision = revisionOf(at < 0 ? text : text.slice(0, at))
  if (revision === undefined) return phase === 'page' ? { event: record } : { link: record }
  const event = at < 0 || revision < 0n ? undefined : log.readRecord(text.slice(at + 1), revision)
  return event === undefined ? { link: record } : { event, link: record }
}

const LARGEST_REVISION = 9_223_372_036_854_775_807n

/** The number as .NET reads one: with a sign or white space around it if need be, but no larger than 64 bits. */
const revisionOf = (text: string): bigint | undefined => {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) return undefined
  const revision = BigInt(text.trim().replace('+', ''))
  return revision > LARGEST_REVISION || revision < -LARGEST_REVISION - 1n ? undefined : revision
}

import type { Log, StoredRecord } from '../log/types.ts'
import type { ResolvedRecord } from './recorded-event.ts'

export const LINK_TYPE = '$>'

/** A page of history treats a broken link as an ordinary event; in the live phase it is handed out as a link without an event. */
export type ReadPhase = 'page' | 'live'

/**
 * Follows a link, one level deep: an event of type `$>` with the data `N@stream` stands for event N of that stream. The text is split
 * at its first `@`. A target that a reader of its stream could not see (gone, truncated, expired, deleted) leaves the link alone.
 */
export const resolveLink = (log: Pick<Log, 'readRecord'>, record: StoredRecord, phase: ReadPhase = 'page'): ResolvedRecord => {
  if (record.type !== LINK_TYPE) return { event: record }
  const text = record.data.toString('utf8')
  const at = text.indexOf('@')
  if (at < 0) return { link: record }
  const number = text.slice(0, at)
  if (!/^\d{1,19}$/.test(number)) return phase === 'page' ? { event: record } : { link: record }
  const event = log.readRecord(text.slice(at + 1), BigInt(number))
  return event === undefined ? { link: record } : { event, link: record }
}

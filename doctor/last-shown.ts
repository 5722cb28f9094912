import { streams } from '../domain/shared/streams.ts'
import { positionToText } from '../infrastructure/event-store/position.ts'
import { timelineTable } from '../projections/timeline/table.ts'
import type { Examined } from './examined.ts'
import { fine, unknown, wrong, type Finding } from './finding.ts'
import { putBack } from './places.ts'

const about = 'last event shown, in the log'

/** More than an order has events after any of its own. */
const mostEvents = 1_000

const isMissingTable = (error: unknown): boolean => (error as { code?: unknown }).code === '42P01'

/**
 * Whether the last event of an order that the timeline shows is in its stream, where it was: an event store that was put back and has
 * grown since may have all the places of before, with other events there.
 */
export const checkLastShown = async ({
  eventStore,
  database,
}: Pick<Examined, 'eventStore' | 'database'>): Promise<readonly Finding[]> => {
  if ('fault' in eventStore) return [unknown(about, 'the event store does not answer')]
  if ('fault' in database) return [unknown(about, 'PostgreSQL does not answer')]
  const found = await database.store
    .query<{ position: string; order_id: string; type: string }>(
      `select position, order_id, type from ${timelineTable.name} where service = 'order' order by position desc limit 1`,
    )
    .catch((error: unknown) => {
      if (isMissingTable(error)) return { rows: [] }
      throw error
    })
  const [last] = found.rows
  if (last === undefined) return [fine(about, 'no event is shown yet')]
  const events = await eventStore.store.lastEvents(streams.order(last.order_id), mostEvents)
  const isThere = events.some(({ position, type }) => type === last.type && positionToText(position) === last.position)
  const event = `${last.type} of order ${last.order_id}`
  return [isThere ? fine(about, event) : wrong(about, `${event} is shown, and is not in the log`, putBack)]
}

import { positionFromText } from '../infrastructure/event-store/position.ts'
import { nameOf } from '../infrastructure/projections/projection.ts'
import { readCheckpoints } from '../infrastructure/projections/checkpoints.ts'
import type { Examined } from './examined.ts'
import { fine, unknown, wrong, type Finding } from './finding.ts'
import { keepers } from './read-tables.ts'

const about = 'tables against the log'

/** What to do when the log is not the one that the tables were folded from. */
export const putBack =
  'If it is the wrong store, put EVENTSTORE_URL right. Else docs/operations/backup-and-restore.md#the-event-store-was-put-back: npm run projections -- rebuild --all, npm run follow-ups -- rebuild --all'

/**
 * Whether the log has the places up to which the tables have everything: an event store that was put back to an earlier state, or is
 * another one, has not. What such a table shows has never happened there.
 */
export const checkPlaces = async ({
  eventStore,
  database,
}: Pick<Examined, 'eventStore' | 'database'>): Promise<readonly Finding[]> => {
  if ('fault' in eventStore) return [unknown(about, 'the event store does not answer')]
  if ('fault' in database) return [unknown(about, 'PostgreSQL does not answer')]
  const checkpoints = await readCheckpoints(
    database.store,
    keepers.flatMap(({ projections }) => projections.map(nameOf)),
  )
  const elsewhere: string[] = []
  for (const { name, position: text } of checkpoints.values()) {
    const position = text === null ? undefined : positionFromText(text)
    if (position !== undefined && !(await eventStore.store.holds(position))) elsewhere.push(`${name} (${text ?? ''})`)
  }
  return elsewhere.length === 0
    ? [fine(about, `the log has the place of each of ${checkpoints.size} tables`)]
    : [
        wrong(
          about,
          `the log does not have the place of ${elsewhere.join(', ')}: the event store was put back, or is another one`,
          putBack,
        ),
      ]
}

import { positionToText } from '../infrastructure/event-store/position.ts'
import type { Examined } from './examined.ts'
import { fine, wrong, type Finding } from './finding.ts'

const eventStoreOf = async ({ eventStore }: Examined): Promise<Finding> => {
  const about = 'event store'
  if ('fault' in eventStore) {
    return wrong(
      about,
      eventStore.fault,
      'Start it, or put EVENTSTORE_URL right: address, user and TLS (docs/operations/stores-and-secrets.md).',
    )
  }
  const head = await eventStore.store.headPosition()
  return fine(
    about,
    head === undefined ? 'answers; its log is empty' : `answers; its log ends at ${positionToText(head)}`,
  )
}

const databaseOf = ({ database }: Examined): Finding =>
  'fault' in database
    ? wrong(
        'PostgreSQL',
        database.fault,
        'Start it, or put DATABASE_URL right: address, user and TLS (docs/operations/stores-and-secrets.md).',
      )
    : fine('PostgreSQL', 'answers')

export const checkStores = async (examined: Examined): Promise<readonly Finding[]> => [
  await eventStoreOf(examined),
  databaseOf(examined),
]

import { ticks } from './appends.ts'
import type { OwnedLog } from './open-log.ts'
import { EPOCH_STREAM } from './system-streams.ts'
import { metadataRecord } from './undelete.ts'

/**
 * What EventStoreDB writes by itself: at every start an event that `$all` never shows, though filtered subscriptions look at it; and at
 * the first one the metadata of the stream where scavenges are recorded, so that `$all` is not empty. A log that has its first events
 * does without another where there is no room for it.
 */
export const writeFirstEvents = async (log: Pick<OwnedLog, 'head' | 'write'>, now: number): Promise<void> => {
  const isNew = log.head() < 0n
  const written = log.write((group) => {
    group.add(EPOCH_STREAM, { ...metadataRecord(Buffer.from('{}')), type: EPOCH_STREAM }, ticks(now))
    if (isNew) group.add('$$$scavenges', metadataRecord(Buffer.from('{"$maxAge":2592000}')), ticks(now))
  })
  await written.catch((error: unknown) => {
    if (isNew) throw error
    process.emitWarning(
      `This start could not be noted in the log: ${error instanceof Error ? error.message : String(error)}`,
    )
  })
}

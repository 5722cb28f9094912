import { metadataRecord } from './undelete.ts'
import type { Log } from './types.ts'

/** `$all` of a new EventStoreDB is not empty: it begins with the metadata of the stream where scavenges are recorded. */
export const writeFirstEvents = async (log: Log): Promise<void> => {
  if (log.head() >= 0n) return
  await log.append('$$$scavenges', 'any', [metadataRecord(Buffer.from('{"$maxAge":2592000}'))])
}

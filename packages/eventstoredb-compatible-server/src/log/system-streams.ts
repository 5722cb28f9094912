/** The stream that holds the metadata of another. */
export const isMetastream = (stream: string): boolean => stream.startsWith('$$')

export const metastreamOf = (stream: string): string => `$$${stream}`

/** The stream whose metadata a metastream holds. */
export const streamOfMetastream = (metastream: string): string => metastream.slice(2)

/** Where each start of the server is noted. */
export const EPOCH_STREAM = '$epoch-information'

/**
 * What no read of `$all` ever shows: EventStoreDB's epoch records, and the checkpoints and parked messages of persistent
 * subscriptions to `$all` itself (a group would be fed its own bookkeeping). Those of other groups do show.
 */
export const isLeftOutOfAll = (stream: string): boolean =>
  stream.charCodeAt(0) === DOLLAR &&
  (stream === EPOCH_STREAM ||
    (stream.startsWith('$persistentsubscription-$all::') &&
      (stream.endsWith('-checkpoint') || stream.endsWith('-parked'))))

const DOLLAR = 0x24

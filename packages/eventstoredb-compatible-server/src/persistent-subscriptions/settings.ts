import { persistentSubscriptionFailed } from '../grpc/errors.ts'
import type { EventFilter } from '../grpc/filter.ts'
import { ALL_STREAM } from './names.ts'
import { isStrategyName } from './strategies/named-strategies.ts'

/** Times in milliseconds. `maxSubscriberCount` 0 means any number, `checkPointAfter` 0 means no checkpoint by time. */
export type Settings = {
  readonly resolveLinkTos: boolean
  readonly extraStatistics: boolean
  readonly messageTimeout: number
  readonly maxRetryCount: number
  readonly checkPointAfter: number
  readonly minCheckPointCount: number
  readonly maxCheckPointCount: number
  readonly maxSubscriberCount: number
  readonly liveBufferSize: number
  readonly readBatchSize: number
  readonly historyBufferSize: number
  readonly strategy: string
}

/** A revision (of a stream's group) or a position (of one on `$all`), the first to be delivered. */
export type StartFrom = bigint | 'end'

/** What is stored of a group. `startAfter` is where `startFrom` pointed when it was said: everything later is delivered, even after a restart. */
export type GroupConfig = {
  readonly stream: string
  readonly group: string
  readonly filter: EventFilter | undefined
  readonly startFrom: StartFrom
  readonly startAfter: bigint
  readonly settings: Settings
}

const MAX_REVISION = 9_223_372_036_854_775_807n

/** Throws what a bad request is answered with. `head` is the last position of the log. */
export const validate = (config: Omit<GroupConfig, 'startAfter'>, head: bigint): void => {
  const { stream, group, startFrom, settings } = config
  const fail = (reason: string): never => {
    throw persistentSubscriptionFailed(stream, group, reason)
  }
  if (stream === '') fail('Bad stream name.')
  if (!isStrategyName(settings.strategy)) fail(`Consumer strategy ${settings.strategy} does not exist.`)
  if (startFrom !== 'end' && startFrom > MAX_REVISION)
    fail('Invalid Start From position: event number must be greater than or equal to -1.')
  if (stream === ALL_STREAM && startFrom !== 'end' && startFrom > 0n && startFrom > head) {
    fail(
      'Invalid Start From position: commit position must be less than or equal to the last commit position in the transaction file.',
    )
  }
  if (settings.readBatchSize >= settings.historyBufferSize) {
    fail(
      "Specified argument was out of the range of valid values. (Parameter 'ReadBatchSize may not be greater than or equal to BufferSize')",
    )
  }
}

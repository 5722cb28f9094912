import { resolveLink } from '../grpc/links.ts'
import type { ReadPhase } from '../grpc/links.ts'
import type { ResolvedRecord } from '../grpc/recorded-event.ts'
import type { Log, StoredRecord } from '../log/types.ts'

/** One event on its way through a group: from the moment it is read until it is settled. */
export type Message = {
  /** What acknowledgements name: the id of the record in the source, so of the link where there is one. */
  readonly id: string
  /** The record in the source, or the parked stream's record of a replayed message. */
  readonly original: StoredRecord
  /** Place in the source; of a replayed message its number in the parked stream. */
  readonly position: bigint
  /** Undefined for replayed messages, which have nothing to do with checkpoints. */
  readonly sequence: number | undefined
  /** The number in the source that parking writes down. */
  readonly sourceRevision: bigint
  /** How it came in: that decides what a broken link is delivered as. Replayed messages are read. */
  readonly phase?: ReadPhase
  /** Known from the first delivery on. */
  resolved: ResolvedRecord | undefined
  retryCount: number
}

/** The message's event and link, looked up when first asked for. */
export const resolve = (log: Log, message: Message, followLinks: boolean): ResolvedRecord => {
  message.resolved ??= followLinks ? resolveLink(log, message.original, message.phase) : { event: message.original }
  return message.resolved
}

/** The message is sent to a consumer and waits for its acknowledgement. Times in milliseconds. */
export type Delivery<Consumer> = {
  readonly message: Message
  readonly consumer: Consumer
  readonly sentAt: number
  readonly deadline: number
  /** Acknowledged, given up or timed out: a consumer that has not been given it yet need not be. */
  over: boolean
}

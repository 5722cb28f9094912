import { LINK_TYPE } from '../grpc/links.ts'
import type { ProposedRecord, StoredRecord } from '../log/types.ts'
import type { Message } from './message.ts'

/** Why a message is parked: a consumer asked for it, in his own words, or it has been tried often enough. */
export type ParkReason =
  | { readonly kind: 'client-nak'; readonly words: string }
  | { readonly kind: 'max-retries'; readonly maxRetryCount: number }

const textOf = (reason: ParkReason): string =>
  reason.kind === 'client-nak'
    ? `Client explicitly NAK'ed message.\n${reason.words}`
    : `Reached retry count of ${reason.maxRetryCount}`

/** How a message is written to the parked stream: a link to the event, with the reason. `now` in milliseconds since 1970. */
export const parkedEvent = (message: Message, reason: ParkReason, id: string, now: number): ProposedRecord => {
  const { resolved, original, sourceRevision } = message
  const event = resolved?.event
  return {
    id,
    type: LINK_TYPE,
    isJson: false,
    // A link that leads nowhere is parked as it is.
    data: event === undefined ? original.data : Buffer.from(`${event.revision}@${event.stream}`),
    metadata: Buffer.from(
      `{"added":${JSON.stringify(localTime(now))},"reason":${JSON.stringify(textOf(reason))}${numberField(sourceRevision)}}`,
    ),
  }
}

/** To the last digit: a tombstone's revision is larger than what JavaScript writes exactly. 0 is left out, as are all default values there. */
const numberField = (revision: bigint): string => (revision === 0n ? '' : `,"subscriptionEventNumber":${revision}`)

/** Ten-millionths of a second and the offset from UTC, in the order of ISO 8601. */
const localTime = (now: number): string => {
  const instant = new Date(now)
  const offset = -instant.getTimezoneOffset()
  const two = (value: number): string => String(Math.floor(Math.abs(value))).padStart(2, '0')
  const local = new Date(instant.getTime() + offset * 60_000).toISOString().replace('Z', '')
  return `${local}0000${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(offset % 60)}`
}

/** The number that was written down when the message was parked. */
export const parkedSourceRevision = ({ metadata }: StoredRecord): bigint => {
  const number = /"subscriptionEventNumber"\s*:\s*(\d+)/.exec(metadata.toString('utf8'))?.[1]
  return number === undefined ? 0n : BigInt(number)
}

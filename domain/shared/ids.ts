import { hash } from 'node:crypto'

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex')

const namespace = bytesOf('7d1a4c52-92b6-5f0e-8a3d-0c6b3e5f9d21')

/** Name-based UUID, version 5 (RFC 9562): the same name gives the same id, everywhere and always. */
export const uuidv5 = (name: string, space?: string): string => {
  const hex = hash(
    'sha1',
    Buffer.concat([space === undefined ? namespace : bytesOf(space), Buffer.from(name, 'utf8')]),
    'hex',
  )
  // The version in the place of a digit, the variant in the upper two bits of another.
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) & 3)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** One order for each (customer, Idempotency-Key). Neither part can reach into the other: the length stands between. */
export const orderIdOf = (customerId: string, idempotencyKey: string): string =>
  uuidv5(`order|${customerId.length}|${customerId}|${idempotencyKey}`)

/** An order has one payment; its id is also the key under which the provider is asked to charge once. */
export const paymentIdOf = (orderId: string): string => uuidv5(`payment|${orderId}`)

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Ten Crockford base-32 characters (50 bits) of the order id, for people to read out. Not unique by itself. */
export const orderNumberOf = (orderId: string): string => {
  const bits = BigInt(`0x${hash('sha256', orderId, 'hex').slice(0, 14)}`) >> 6n
  let number = ''
  for (let shift = 45n; shift >= 0n; shift -= 5n) number += crockford.charAt(Number((bits >> shift) & 31n))
  return number
}

/** A process manager's command: the same event asks for the same command under the same id, however often it is delivered. */
export const commandIdOf = (eventId: string, group: string, commandType: string, index: number): string =>
  uuidv5(`command|${eventId}|${group}|${commandType}|${index}`)

/**
 * Ids of the events of one append. `expectedRevision` is part of it: a decision made again on other facts gets other ids. So is what the
 * event says: the store takes an event for a repetition by its id alone, and one command can come to another decision at the same revision
 * of this stream, where it depends on a second stream (stock is held or given back by how the order's reservation stands).
 */
export const eventIdOf = (
  commandId: string,
  stream: string,
  expectedRevision: string,
  index: number,
  event: object,
): string => uuidv5(`event|${commandId}|${stream}|${expectedRevision}|${index}|${JSON.stringify(event)}`)

/** One intent to notify for each (template, causing event, channel). */
export const notificationKeyOf = (template: string, causeEventId: string, channel: string): string =>
  `${template}:${causeEventId}:${channel}`

/** By which channel the message under this key goes. */
export const channelOfKey = (key: string): string | undefined => key.split(':')[2]

/** The same message once more, because somebody has asked for it: an intent of its own. `key` may be that of an earlier repetition. */
export const resendKeyOf = (key: string, resendId: string): string =>
  [...key.split(':').slice(0, 3), resendId].join(':')

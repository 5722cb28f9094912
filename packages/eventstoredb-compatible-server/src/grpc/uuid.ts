import shared from '@eventstore/db-client/generated/shared_pb.js'

export type UuidMessage = Pick<shared.UUID, 'hasStructured' | 'getStructured' | 'getString'>

const TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The id as lower-case text, from either of the forms it may be sent in; undefined when it is none. */
export const parseUuid = (message: UuidMessage | undefined): string | undefined => {
  const halves = message?.getStructured()
  if (halves !== undefined) {
    const hex = hexOf(halves.getMostSignificantBits()) + hexOf(halves.getLeastSignificantBits())
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  }
  const text = message?.getString().toLowerCase() ?? ''
  return TEXT.test(text) ? text : undefined
}

const hexOf = (half: string): string => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0')

export const textUuid = (id: string): shared.UUID => new shared.UUID().setString(id)

/** The form in two halves, which EventStoreDB uses where it makes up the message itself. */
export const structuredUuid = (id: string): shared.UUID => {
  const hex = id.replaceAll('-', '')
  const half = (from: number): string => BigInt.asIntN(64, BigInt(`0x${hex.slice(from, from + 16)}`)).toString()
  return new shared.UUID().setStructured(
    new shared.UUID.Structured().setMostSignificantBits(half(0)).setLeastSignificantBits(half(16)),
  )
}

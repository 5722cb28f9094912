import { LINK_TYPE } from '../../grpc/links.ts'
import type { Message } from '../message.ts'

/** What decides to which consumer a message belongs. */
export type PinningKey = (message: Message) => string

/** The stream of the event; of a link that leads nowhere, the stream that it names. */
export const bySourceStream: PinningKey = ({ original, resolved }) => {
  if (resolved?.event !== undefined && resolved.event.type !== LINK_TYPE) return resolved.event.stream
  if (original.type !== LINK_TYPE) return original.stream
  const target = original.data.toString('utf8')
  const at = target.indexOf('@')
  return at < 0 ? original.stream : target.slice(at + 1)
}

/** The `$correlationId` of the event's metadata; without one, the stream. */
export const byCorrelation: PinningKey = (message) => {
  const metadata = (message.resolved?.event ?? message.original).metadata
  return correlationIdOf(metadata) ?? bySourceStream(message)
}

const correlationIdOf = (metadata: Buffer): string | undefined => {
  if (metadata.length === 0) return undefined
  try {
    const parsed: unknown = JSON.parse(metadata.toString('utf8'))
    if (typeof parsed !== 'object' || parsed === null || !('$correlationId' in parsed)) return undefined
    return typeof parsed.$correlationId === 'string' ? parsed.$correlationId : undefined
  } catch {
    // Metadata is whatever the application wrote; what is not JSON has no correlation id.
    return undefined
  }
}

import { randomFillSync } from 'node:crypto'
import type { Fields } from '../observability/logger.ts'

/** What one request is known by, in the log, in problems and in the metadata of the events it leads to. */
export type RequestContext = {
  /** 32 hex digits: the caller's, where it sent a W3C `traceparent`; else new. */
  readonly traceId: string
  /** To be handed on: the same trace, with a span of this request's own. */
  readonly traceparent: string
  /** Adds fields to the line that the log gets of this request. */
  readonly note: (fields: Fields) => void
}

const pattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?$/

// Drawn for many requests at once: a call of the generator costs more than all else here.
const drawn = Buffer.alloc(4_096)
let used = drawn.length

const randomHex = (bytes: number): string => {
  if (used + bytes > drawn.length) {
    randomFillSync(drawn)
    used = 0
  }
  used += bytes
  return drawn.toString('hex', used - bytes, used)
}

export const contextOf = (traceparent: string | undefined, note: RequestContext['note']): RequestContext => {
  const given = traceparent === undefined ? null : pattern.exec(traceparent)
  const traceId = given?.[1] ?? randomHex(16)
  const flags = given?.[2] ?? '01'
  return { traceId, traceparent: `00-${traceId}-${randomHex(8)}-${flags}`, note }
}

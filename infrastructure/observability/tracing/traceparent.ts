import { isSpanContextValid, TraceFlags, type SpanContext } from '@opentelemetry/api'

const pattern = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/

/** W3C Trace Context, level 1. Undefined for what is none. */
export const readTraceparent = (text: string | undefined): SpanContext | undefined => {
  const [, traceId, spanId, flags] = (text === undefined ? null : pattern.exec(text)) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED
  const context: SpanContext = { traceId, spanId, traceFlags, isRemote: true }
  return isSpanContextValid(context) ? context : undefined
}

export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`

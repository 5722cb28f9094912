// Nothing of OpenTelemetry is loaded by this: what only looks at a traceparent also runs where there is no tracing.
import type { SpanContext } from '@opentelemetry/api'

const pattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/
/** The one flag that there is. */
const sampled = 1

/** W3C Trace Context, level 1. Undefined for what is none. */
export const readTraceparent = (text: string | undefined): SpanContext | undefined => {
  const [, traceId, spanId, flags] = (text === undefined ? null : pattern.exec(text)) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & sampled, isRemote: true }
}

/** Whether the trace is recorded, of what may be no traceparent at all. */
export const isKeptTraceparent = (text: string | undefined): text is string => {
  const context = readTraceparent(text)
  return context !== undefined && isKept(context)
}

export const isKept = ({ traceFlags }: Pick<SpanContext, 'traceFlags'>): boolean => (traceFlags & sampled) !== 0

export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`

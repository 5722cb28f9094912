const pattern = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/

/** The trace that a traceparent (W3C Trace Context) is part of: 32 hex digits. Undefined for what is none. */
export const traceIdOf = (traceparent: string | undefined): string | undefined =>
  traceparent === undefined ? undefined : pattern.exec(traceparent)?.[1]

import { AsyncLocalStorage } from 'node:async_hooks'
import type { Attributes, SpanEnd, SpanPlace, Tracing } from '../../infrastructure/observability/tracing/tracing.ts'

export type RecordedSpan = {
  readonly name: string
  readonly place: SpanPlace
  readonly attributes?: Attributes
  end?: SpanEnd | { readonly thrown: unknown }
}

/** Tracing that keeps what it is asked for; what is done in a span is a part of `traceparent`. */
export const recordedTracing = (traceparent: string) => {
  const spans: RecordedSpan[] = []
  const here = new AsyncLocalStorage<string>()
  const tracing: Tracing = {
    async span({ name, place, attributes = {}, endOf }, work) {
      const span: RecordedSpan = { name, place, attributes }
      spans.push(span)
      try {
        const result = await here.run(traceparent, work)
        span.end = endOf?.(result) ?? {}
        return result
      } catch (error) {
        span.end = { thrown: error }
        throw error
      }
    },
    async spans(_options, all, work) {
      spans.push(...all.map(({ name, under }) => ({ name, place: { under } })))
      return here.run(traceparent, work)
    },
    traceparent: () => here.getStore(),
    ids: () => undefined,
    close: async () => undefined,
  }
  return { tracing, spans }
}

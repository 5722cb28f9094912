import {
  context,
  diag,
  DiagLogLevel,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { envDetector } from '@opentelemetry/resources'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { atMost } from '../../time/waiting.ts'
import type { Logger } from '../logger.ts'
import type { TracingConfig } from './config.ts'
import { instrumentations, putInPlace } from './instrumentations.ts'
import { samplerOf } from './sampler.ts'
import { isKept, readTraceparent, traceparentOf } from './traceparent.ts'
import type { SpanEnd, SpanOptions, SpanPlace, Tracing } from './tracing.ts'

const kinds = {
  internal: SpanKind.INTERNAL,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const

/** Under which context a span begins, and linked to what; without `begins`, none does, and the work is done in that context. */
const placed = (place: SpanPlace) => {
  if (place === 'here') {
    const here = context.active()
    const parent = trace.getSpanContext(here)
    return { under: here, links: [], begins: parent !== undefined && isKept(parent) }
  }
  const other = readTraceparent('under' in place ? place.under : place.after)
  // It is not a part of what happens to be under way; and where no span stands, the instrumentations have nothing to do.
  if (other === undefined || !isKept(other)) return { under: ROOT_CONTEXT, links: [], begins: false }
  if ('under' in place) return { under: trace.setSpanContext(ROOT_CONTEXT, other), links: [], begins: true }
  return { under: ROOT_CONTEXT, links: [{ context: other }], begins: true }
}

/** Most work is done in that context already, and entering one costs something at every await. */
const inContext = <Result>(where: Context, work: () => Promise<Result>): Promise<Result> =>
  context.active() === where ? work() : context.with(where, work)

const failed = (span: Span, message: string) => span.setStatus({ code: SpanStatusCode.ERROR, message })

const noteEnd = (span: Span, { attributes, failed: why }: SpanEnd) => {
  if (attributes !== undefined) span.setAttributes(attributes)
  if (why !== undefined) failed(span, why)
}

const noteThrown = (span: Span, error: unknown) => {
  const thrown = error instanceof Error ? error : new Error(String(error))
  span.recordException(thrown)
  failed(span, thrown.message)
}

/** Makes spans, by the tracer that is given. */
export const spansBy = (tracer: Tracer): Omit<Tracing, 'close'> => {
  const begin = (
    { name, kind = 'internal', attributes = {} }: Pick<SpanOptions<unknown>, 'name' | 'kind' | 'attributes'>,
    under: Context,
    links: readonly { readonly context: ReturnType<Span['spanContext']> }[],
  ): Span => tracer.startSpan(name, { kind: kinds[kind], attributes: { ...attributes }, links: [...links] }, under)

  return {
    async span(options, work) {
      const { under, links, begins } = placed(options.place)
      if (!begins) return inContext(under, work)
      const span = begin(options, under, links)
      try {
        const result = await context.with(trace.setSpan(under, span), work)
        if (options.endOf !== undefined) noteEnd(span, options.endOf(result))
        return result
      } catch (error) {
        noteThrown(span, error)
        throw error
      } finally {
        span.end()
      }
    },

    async spans({ kind = 'internal' }, all, work) {
      const spans: Span[] = []
      for (const { under: traceparent, ...one } of all) {
        const { under, begins } = placed({ under: traceparent })
        const [first] = spans
        if (begins)
          spans.push(begin({ ...one, kind }, under, first === undefined ? [] : [{ context: first.spanContext() }]))
      }
      const [first] = spans
      // Nor is it a part of what happens to be under way.
      if (first === undefined) return inContext(ROOT_CONTEXT, work)
      try {
        return await context.with(trace.setSpan(ROOT_CONTEXT, first), work)
      } catch (error) {
        for (const span of spans) noteThrown(span, error)
        throw error
      } finally {
        for (const span of spans) span.end()
      }
    },

    traceparent() {
      const active = trace.getSpanContext(context.active())
      return active === undefined || !isSpanContextValid(active) ? undefined : traceparentOf(active)
    },

    ids() {
      const active = trace.getSpanContext(context.active())
      return active === undefined || !isKept(active) ? undefined : { traceId: active.traceId, spanId: active.spanId }
    },
  }
}

/** The SDK itself would try for ten seconds to reach an endpoint that is away, and the process has to end. */
const closeLimitMs = 2_000

/** Two minutes apart at least: an endpoint that is away would be told of with every batch. */
const complaintsApartMs = 120_000

const complainTo = (logger: Logger): void => {
  let lastAt = -Infinity
  const complain = (message: string) => {
    if (performance.now() - lastAt < complaintsApartMs) return
    lastAt = performance.now()
    logger.warn(`tracing: ${message.slice(0, 500)}`)
  }
  const nothing = () => undefined
  diag.setLogger(
    { error: complain, warn: complain, info: nothing, debug: nothing, verbose: nothing },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
}

/**
 * Tracing by the OpenTelemetry SDK, for the whole process: it and its API are one for all that is in it, which is why this is called by
 * nobody but a process that starts. Spans are sent in batches, in the background; what cannot be sent is lost, and nothing waits for it.
 */
export const openTelemetry = (service: string, config: TracingConfig, logger: Logger): Tracing => {
  complainTo(logger)
  const sdk = new NodeSDK({
    serviceName: service,
    sampler: samplerOf(config),
    // Not of the baggage: what callers send with it would be handed on to whomever we call.
    textMapPropagator: new W3CTraceContextPropagator(),
    // Metrics are scraped, and the log is written; neither is sent.
    metricReaders: [],
    logRecordProcessors: [],
    // OTEL_RESOURCE_ATTRIBUTES. How the process was called, and by whom, is nobody's business.
    resourceDetectors: [envDetector],
    instrumentations: instrumentations(),
  })
  sdk.start()
  putInPlace()
  logger.info('tracing', { sampler: config.OTEL_TRACES_SAMPLER, ratio: config.OTEL_TRACES_SAMPLER_ARG })
  return {
    ...spansBy(trace.getTracer(service)),
    async close() {
      const ended = sdk.shutdown().catch((error: unknown) => logger.warn('the last spans could not be sent', { error }))
      await atMost(ended, closeLimitMs)
    },
  }
}

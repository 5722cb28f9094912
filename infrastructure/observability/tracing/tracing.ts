/**
 * Where a span stands. `under` a traceparent: a part of the same trace. `after` one: the beginning of a trace of its own, linked to it, for
 * what is done about it another time. `here`: under what is being done; where that is no part of a trace, nothing is recorded.
 * Undefined stands for what no trace is known of: nothing is recorded of that either.
 */
export type SpanPlace = { readonly under: string | undefined } | { readonly after: string | undefined } | 'here'

export type Attributes = Readonly<Record<string, string | number | boolean>>

/** What a span is told of how it ended; with `failed`, that it did, and why. */
export type SpanEnd = { readonly attributes?: Attributes; readonly failed?: string }

export type SpanOptions<Result> = {
  /** One of few: what differs from one to the next stands in the attributes. */
  readonly name: string
  /** By which viewers tell the ways of a message: `client` calls something outside, `producer` writes events, `consumer` is given one. */
  readonly kind?: 'internal' | 'client' | 'producer' | 'consumer'
  readonly place: SpanPlace
  readonly attributes?: Attributes
  readonly endOf?: (result: Result) => SpanEnd
}

export type TraceIds = { readonly traceId: string; readonly spanId: string }

/** Records what is done as spans of traces. Where tracing is off there is none of it, and nothing is wrapped in anything. */
export type Tracing = {
  /** Does the work as a span. What throws, fails. */
  span<Result>(options: SpanOptions<Result>, work: () => Promise<Result>): Promise<Result>
  /**
   * Does one work for many: a span under each traceparent, from the work's beginning to its end. What the work does is recorded under the
   * first of them that is recorded, and the others are linked to that. What is not recorded may be left out.
   */
  spans<Result>(
    options: Pick<SpanOptions<Result>, 'kind'>,
    all: readonly (Pick<SpanOptions<Result>, 'name' | 'attributes'> & { readonly under: string })[],
    work: () => Promise<Result>,
  ): Promise<Result>
  /** Of what is being done, to be handed on; undefined where that is no part of a trace, or of one that is not recorded and begun elsewhere. */
  traceparent(): string | undefined
  /** Of what is being done, where it is recorded. */
  ids(): TraceIds | undefined
  /** Sends what has not been sent yet, for as long as that takes within limits, and ends. Never throws. */
  close(): Promise<void>
}

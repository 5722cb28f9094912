import { z } from 'zod'

const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const

/**
 * The variables of tracing, under the names that OpenTelemetry gives them. The SDK itself reads what else begins with `OTEL_`: headers and
 * protocol of the endpoint, and the sizes of batches.
 */
export const tracingConfig = {
  /** Where spans are sent. Without it there is no tracing, and nothing of it is loaded. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_TRACES_SAMPLER: z.enum(samplers).default('parentbased_always_on'),
  /** Of how many of the traces that begin here all is kept, for the samplers by ratio. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number<string>().min(0).max(1).default(1),
} as const

export type TracingConfig = {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined
  readonly OTEL_TRACES_SAMPLER: (typeof samplers)[number]
  readonly OTEL_TRACES_SAMPLER_ARG: number
}

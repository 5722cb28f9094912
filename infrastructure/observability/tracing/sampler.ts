import { trace, TraceFlags } from '@opentelemetry/api'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace'
import type { TracingConfig } from './config.ts'

const named = ({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio }: TracingConfig): Sampler => {
  switch (name) {
    case 'always_on':
      return new AlwaysOnSampler()
    case 'always_off':
      return new AlwaysOffSampler()
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(ratio)
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() })
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() })
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) })
  }
}

/**
 * The sampler that is configured; but a trace that begins with a link is kept if and only if what it is linked to is: of what is kept, all
 * that is done about it later is kept too.
 */
export const samplerOf = (config: TracingConfig): Sampler => {
  const sampler = named(config)
  return {
    shouldSample(context, traceId, name, kind, attributes, links) {
      const [first] = links
      if (first === undefined || trace.getSpanContext(context) !== undefined)
        return sampler.shouldSample(context, traceId, name, kind, attributes, links)
      const isKept = (first.context.traceFlags & TraceFlags.SAMPLED) !== 0
      return { decision: isKept ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD }
    },
    toString: () => `FollowsLinks{${sampler.toString()}}`,
  }
}

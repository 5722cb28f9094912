import { ROOT_CONTEXT, SpanKind, trace, type Link } from '@opentelemetry/api'
import { SamplingDecision } from '@opentelemetry/sdk-trace'
import { expect } from 'chai'
import { readConfig } from '../../lifecycle/config.ts'
import { z } from 'zod'
import { tracingConfig } from './config.ts'
import { samplerOf } from './sampler.ts'
import { readTraceparent, traceparentOf } from './traceparent.ts'

const kept = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const notKept = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'
const contextOf = (traceparent: string) => {
  const read = readTraceparent(traceparent)
  if (read === undefined) throw new Error(`${traceparent} is none`)
  return read
}

describe('which traces are kept', () => {
  const isKept = (
    environment: Readonly<Record<string, string>>,
    {
      traceId = 'f'.repeat(32),
      under,
      after,
    }: { readonly traceId?: string; readonly under?: string; readonly after?: string } = {},
  ): boolean => {
    const parent = under === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, contextOf(under))
    const links: Link[] = after === undefined ? [] : [{ context: contextOf(after) }]
    const config = readConfig(z.object(tracingConfig), environment)
    return (
      samplerOf(config).shouldSample(parent, traceId, 'name', SpanKind.INTERNAL, {}, links).decision ===
      SamplingDecision.RECORD_AND_SAMPLED
    )
  }
  const byRatio = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' }

  it('all, unless it is configured', () => {
    expect(isKept({})).to.equal(true)
    expect(isKept({ OTEL_TRACES_SAMPLER: 'always_off' })).to.equal(false)
  })

  it('a part of those that begin here', () => {
    expect([
      isKept(byRatio, { traceId: `00000001${'0'.repeat(24)}` }),
      isKept(byRatio, { traceId: `ffffffff${'0'.repeat(24)}` }),
    ]).to.deep.equal([true, false])
  })

  it('what is a part of another, as that is', () => {
    expect(isKept(byRatio, { under: kept })).to.equal(true)
    expect(isKept({}, { under: notKept })).to.equal(false)
  })

  it('what is linked to another, as that is', () => {
    expect(isKept({ ...byRatio, OTEL_TRACES_SAMPLER_ARG: '0' }, { after: kept })).to.equal(true)
    expect(isKept({}, { after: notKept })).to.equal(false)
  })

  it('a wrong configuration is named', () => {
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
      OTEL_TRACES_SAMPLER: 'some',
      OTEL_TRACES_SAMPLER_ARG: '10',
    }
    expect(() => readConfig(z.object(tracingConfig), environment)).to.throw(
      /OTEL_EXPORTER_OTLP_ENDPOINT.*OTEL_TRACES_SAMPLER.*OTEL_TRACES_SAMPLER_ARG/,
    )
  })
})

describe('a traceparent', () => {
  it('is read and written', () => {
    for (const text of [kept, notKept]) expect(traceparentOf(contextOf(text))).to.equal(text)
    expect(readTraceparent(`${kept.replace('00-', '01-')}-more`)).to.deep.include({ traceFlags: 1, isRemote: true })
  })

  it('is nothing else', () => {
    const zeros = kept.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32))
    for (const text of ['', 'a', kept.toUpperCase(), kept.replace('00-', 'ff-'), zeros, undefined])
      expect(readTraceparent(text), text).to.equal(undefined)
  })
})

import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { expect } from 'chai'
import { readConfig } from '../../lifecycle/config.ts'
import { z } from 'zod'
import { tracingConfig } from './config.ts'
import { spansBy } from './open-telemetry.ts'
import { samplerOf } from './sampler.ts'
import { traceparentOf } from './traceparent.ts'

const kept = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const notKept = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'

describe('spans', () => {
  const exporter = new InMemorySpanExporter()
  const config = readConfig(z.object(tracingConfig), {})
  const provider = new TracerProvider({
    sampler: samplerOf(config),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  })
  const tracing = spansBy(provider.getTracer('test'))
  // One for all that is in the process, so it is taken away again.
  before(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()))
  after(() => context.disable())
  afterEach(() => exporter.reset())

  /** Name, the span it is under, and those that it is linked to. */
  const made = () =>
    exporter.getFinishedSpans().map(({ name, parentSpanContext, links }) => ({
      name,
      under: parentSpanContext?.spanId,
      after: links.map((link) => link.context.spanId),
    }))
  const handedOn = async () => tracing.traceparent()

  it('stand under what has led to them', async () => {
    const handed = await tracing.span({ name: 'one', place: { under: kept } }, async () => {
      await tracing.span({ name: 'two', place: 'here' }, async () => undefined)
      expect(tracing.ids()?.traceId).to.equal('0af7651916cd43dd8448eb211c80319c')
      return tracing.traceparent()
    })
    const [two, one] = exporter.getFinishedSpans()
    expect(made()).to.deep.equal([
      { name: 'two', under: one?.spanContext().spanId, after: [] },
      { name: 'one', under: 'b7ad6b7169203331', after: [] },
    ])
    expect(two?.spanContext().traceId).to.equal('0af7651916cd43dd8448eb211c80319c')
    expect(handed).to.equal(one === undefined ? undefined : traceparentOf(one.spanContext()))
  })

  it('or begin a trace that is linked to it', async () => {
    const handed = await tracing.span({ name: 'again', place: { after: kept } }, handedOn)
    expect(made()).to.deep.equal([{ name: 'again', under: undefined, after: ['b7ad6b7169203331'] }])
    expect(handed).not.to.contain('0af7651916cd43dd8448eb211c80319c')
  })

  it('are not made of what is not kept, nor under what happens to be under way: what led to it is handed on by who has it', async () => {
    await tracing.span({ name: 'two', place: { under: kept } }, async () => {
      for (const place of [{ under: notKept }, { after: notKept }])
        expect(await tracing.span({ name: 'one', place }, handedOn)).to.equal(undefined)
    })
    expect(made().map(({ name }) => name)).to.deep.equal(['two'])
  })

  it('are not made outside of a trace, nor under what happens to be under way', async () => {
    expect(await tracing.span({ name: 'one', place: 'here' }, handedOn)).to.equal(undefined)
    await tracing.span({ name: 'two', place: { under: kept } }, async () => {
      for (const text of [undefined, 'none'])
        expect(await tracing.span({ name: 'three', place: { under: text } }, handedOn)).to.equal(undefined)
    })
    expect(made().map(({ name }) => name)).to.deep.equal(['two'])
  })

  it('of one work for many are linked to the first, which has the work', async () => {
    const other = kept.replace('0af7', '1af7')
    await tracing.spans(
      {},
      [notKept, kept, other].map((under, index) => ({ name: `${index}`, under })),
      () => tracing.span({ name: 'work', place: 'here' }, async () => undefined),
    )
    const first = exporter
      .getFinishedSpans()
      .find(({ name }) => name === '1')
      ?.spanContext().spanId
    expect(made()).to.deep.equal([
      { name: 'work', under: first, after: [] },
      { name: '1', under: 'b7ad6b7169203331', after: [] },
      { name: '2', under: 'b7ad6b7169203331', after: [first] },
    ])
  })

  it('say how they ended', async () => {
    const place = { under: kept }
    await tracing.span({ name: 'one', place, endOf: (found) => ({ attributes: { found } }) }, async () => 3)
    await tracing.span({ name: 'two', place, endOf: () => ({ failed: 'put aside' }) }, async () => undefined)
    const fault = new Error('away')
    let thrown: unknown
    try {
      await tracing.span({ name: 'three', place }, () => Promise.reject(fault))
    } catch (error) {
      thrown = error
    }
    expect(thrown).to.equal(fault)
    const [one, two, three] = exporter.getFinishedSpans()
    expect(one?.attributes).to.deep.equal({ found: 3 })
    expect(two?.status).to.deep.equal({ code: 2, message: 'put aside' })
    expect(three?.status).to.deep.equal({ code: 2, message: 'away' })
    expect(three?.events.map(({ name }) => name)).to.deep.equal(['exception'])
  })
})

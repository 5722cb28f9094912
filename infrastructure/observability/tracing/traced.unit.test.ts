import { expect } from 'chai'
import { createInMemoryStore } from '../../../test/simulation/in-memory-store.ts'
import { recordedTracing } from '../../../test/support/recorded-tracing.ts'
import type { CommandContext } from '../../event-store/command-context.ts'
import type { CommandHandling } from '../../event-store/handle-command.ts'
import type { StoredEvent } from '../../event-store/port.ts'
import type { Outcome } from '../../subscriptions/outcome.ts'
import { tracedBatches } from './traced-batches.ts'
import { tracedHandler } from './traced-handler.ts'
import { tracedHandling } from './traced-handling.ts'
import { traced } from './traced-store.ts'

const here = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const there = '00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

const eventOf = (metadata: unknown, created = new Date()): StoredEvent => ({
  id: 'e',
  stream: 'thing-1',
  type: 'ThingMade',
  revision: 0n,
  position: { commit: 1n, prepare: 1n },
  created,
  data: {},
  metadata,
})

describe('a traced store', () => {
  const start = () => {
    const { tracing, spans } = recordedTracing(here)
    const plain = createInMemoryStore({ now: () => new Date(0), yield: async () => undefined })
    return { spans, plain, store: traced(plain, tracing) }
  }
  const toStore = (id: string, traceparent?: string) => ({
    id,
    type: 'ThingMade',
    data: {},
    metadata: traceparent === undefined ? {} : { traceparent },
  })

  it('has a span for each trace whose events are appended together', async () => {
    const { store, spans } = start()
    await store.append('thing-1', [toStore('a', here), toStore('b', there), toStore('c', here), toStore('d')], 'any')
    expect(spans).to.deep.equal([
      { name: 'append thing', place: { under: here } },
      { name: 'append thing', place: { under: there } },
    ])
  })

  it('has a span for each read, with what was found', async () => {
    const { store, spans } = start()
    await store.append('thing-1', [toStore('a'), toStore('b')], 'any')
    const found: string[] = []
    for await (const { id } of store.readStream('thing-1')) found.push(id)
    expect(found).to.deep.equal(['a', 'b'])
    expect(await store.lastEvents('thing-1', 1)).to.have.length(1)
    const attributes = { 'event_store.stream': 'thing-1' }
    expect(spans).to.deep.equal([
      { name: 'read thing', place: 'here', attributes, end: { attributes: { 'event_store.events': 2 } } },
      { name: 'read thing', place: 'here', attributes, end: { attributes: { 'event_store.events': 1 } } },
    ])
  })

  it('ends the span of a read that is broken off, and of one that fails', async () => {
    const { tracing, spans } = recordedTracing(here)
    const fault = new Error('away')
    const { plain } = start()
    const breaking = traced(
      {
        ...plain,
        async *readStream(_stream: string) {
          yield eventOf({})
          throw fault
        },
      },
      tracing,
    )
    for await (const _ of breaking.readStream('thing-1')) break
    let thrown: unknown
    try {
      for await (const _ of breaking.readStream('thing-1'));
    } catch (error) {
      thrown = error
    }
    expect(thrown).to.equal(fault)
    expect(spans.map(({ end }) => end)).to.deep.equal([{ attributes: { 'event_store.events': 1 } }, { thrown: fault }])
  })

  it('is the store itself where tracing is off', () => {
    const { plain } = start()
    expect(traced(plain, undefined)).to.equal(plain)
  })
})

describe('a traced handling', () => {
  it('has events written as a part of what is being done, and else of what led to it', async () => {
    const { tracing } = recordedTracing(here)
    const given: (string | undefined)[] = []
    const handle = (...[, , , { traceparent }]: Parameters<CommandHandling['handle']>) => {
      given.push(traceparent)
      return Promise.reject(new Error('not handled'))
    }
    // All that is called of it.
    const handling = tracedHandling({ handle } as unknown as CommandHandling, tracing)
    const context = { traceparent: there } as CommandContext
    const decider = { initialState: undefined, decide: () => [], evolve: () => undefined }
    const once = () => handling.handle(decider, 'thing-1', undefined, context).catch(() => undefined)
    await once()
    await tracing.span({ name: 'one', place: 'here' }, once)
    expect(given).to.deep.equal([there, here])
  })
})

describe('a traced handler', () => {
  const handled = async (outcome: Outcome, info = { attempt: 1, retryCount: 0 }) => {
    const { tracing, spans } = recordedTracing(here)
    await tracedHandler('makers', () => Promise.resolve(outcome), tracing)(eventOf({ traceparent: there }), info)
    return spans[0]
  }

  it('handles an event as a part of what led to it', async () => {
    expect(await handled('done')).to.deep.include({
      name: 'makers handles ThingMade',
      place: { under: there },
      end: { attributes: { outcome: 'done' } },
    })
  })

  it('handles it again in a trace of its own', async () => {
    expect((await handled('done', { attempt: 2, retryCount: 0 }))?.place).to.deep.equal({ after: there })
    expect((await handled('done', { attempt: 1, retryCount: 1 }))?.place).to.deep.equal({ after: there })
  })

  it('says how it ended', async () => {
    expect((await handled({ park: { code: 'odd', message: 'it is odd' } }))?.end).to.deep.equal({
      attributes: { outcome: 'parked', code: 'odd' },
      failed: 'it is odd',
    })
    expect((await handled({ retry: 100, reason: 'later' }))?.end).to.deep.equal({
      attributes: { outcome: 'retry' },
      failed: 'later',
    })
  })
})

describe('traced batches', () => {
  it('have a span for each event that is news and part of a trace', async () => {
    const { tracing, spans } = recordedTracing(here)
    const events = [
      eventOf({ traceparent: there }),
      eventOf({ traceparent: there }, new Date(Date.now() - 3_600_000)),
      eventOf({}),
      eventOf('none'),
    ]
    let applied = 0
    await tracedBatches(tracing)?.({ events, position: undefined, caughtUp: true }, async () => {
      applied += 1
    })
    expect(applied).to.equal(1)
    expect(spans).to.deep.equal([{ name: 'project ThingMade', place: { under: there } }])
  })
})

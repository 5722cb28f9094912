import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { startServerByCommand } from 'eventstoredb-compatible-server/source/testing/any-server'
import type { EventView } from '../../console/streams/views.ts'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import { connectStreamBrowser } from '../../infrastructure/event-store/browse.ts'
import { consoleUnderTest } from '../../test/console/console.ts'
import { callerOf, tokenOf, type Caller } from '../../test/specifications/api.ts'
import { until } from '../../test/support/until.ts'
import { eventStoreArguments, type EventStoreWanted } from './event-store-arguments.ts'

const program = fileURLToPath(new URL('../event-store/main.ts', import.meta.url))
const projected = ['$ce-order', '$et-OrderPlaced']

describe('the event store of `npm start`, looked through in the console', function () {
  this.timeout(60_000)

  /** The program itself, as `npm start` starts it, with two orders in it. */
  const lookedThrough = async (
    wanted: Pick<EventStoreWanted, 'projections'>,
    look: (olga: Caller) => Promise<void>,
  ): Promise<void> => {
    const words = [process.execPath, program, ...eventStoreArguments({ port: '{port}', data: '{data}', ...wanted })]
    const server = await startServerByCommand(words.map((word) => `"${word}"`).join(' '))
    const store = await connectEventStore({ url: server.url })
    const browser = connectStreamBrowser({ url: server.url, warn: () => undefined })
    try {
      for (const number of [1, 2]) {
        const id = `00000000-0000-4000-8000-00000000000${number}`
        await store.append(`order-${number}`, [{ id, type: 'OrderPlaced', data: { number }, metadata: {} }], 'any')
      }
      await look(callerOf(consoleUnderTest({ browser }), tokenOf('olga', ['operator'])))
    } finally {
      await browser.close()
      await store.dispose()
      await server.close()
    }
  }
  const listed = async (olga: Caller): Promise<readonly string[]> => {
    const { body } = await olga.get('/v1/streams').answers(200)
    return (body as { system: readonly string[] }).system
  }

  it('has no streams by category and by type, and lists none', () =>
    lookedThrough({}, async (olga) => {
      expect((await listed(olga)).filter((stream) => /^\$(ce|et)-/.test(stream))).to.deep.equal([])
      for (const stream of projected) await olga.get(`/v1/streams/${stream}`).isRefused(404, 'not_found')
      await olga.get('/v1/streams/$all').answers(200)
    }))

  it('has them with its projections: listed, and read with the event that each link leads to', () =>
    lookedThrough({ projections: true }, async (olga) => {
      for (const stream of projected) {
        const items = await until(`${stream} holds both`, async () => {
          const { status, body } = await olga.get(`/v1/streams/${stream}`).answered()
          const found = status === 200 ? (body as { items: readonly EventView[] }).items : []
          return found.length === 2 ? found : undefined
        })
        expect(items.map((item) => [item.stream, item.link?.stream])).to.deep.equal([
          ['order-2', stream],
          ['order-1', stream],
        ])
      }
      await until('they are listed', async () => {
        const found = await listed(olga)
        return projected.every((stream) => found.includes(stream)) ? true : undefined
      })
    }))
})

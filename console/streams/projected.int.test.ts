import { expect } from 'chai'
import { startEventStore } from 'eventstoredb-compatible-server/source'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import { connectStreamBrowser } from '../../infrastructure/event-store/browse.ts'
import { consoleUnderTest } from '../../test/console/console.ts'
import { callerOf, tokenOf } from '../../test/specifications/api.ts'
import type { EventView } from './views.ts'

it('the streams in the console are those by category and by type too, each link with the event it leads to', async () => {
  const server = await startEventStore({ port: 0, data: 'memory', startStandardProjections: true, linkDelay: 0 })
  const store = await connectEventStore({ url: server.url })
  const browser = connectStreamBrowser({ url: server.url, warn: () => undefined })
  try {
    const olga = callerOf(consoleUnderTest({ browser }), tokenOf('olga', ['operator']))
    for (const number of [1, 2]) {
      const id = `00000000-0000-4000-8000-00000000000${number}`
      await store.append(`order-${number}`, [{ id, type: 'OrderPlaced', data: { number }, metadata: {} }], 'any')
    }
    const { body } = await olga.get('/v1/streams').answers(200)
    expect((body as { system: string[] }).system).to.include.members(['$ce-order', '$et-OrderPlaced'])
    for (const stream of ['$ce-order', '$et-OrderPlaced']) {
      const page = (await olga.get(`/v1/streams/${stream}`).answers(200)).body as { items: EventView[] }
      const found = page.items.map(({ stream: of, revision, cursor, data, link }) => [
        of,
        revision,
        cursor,
        data,
        link?.stream,
      ])
      expect(found).to.deep.equal([
        ['order-2', '0', '1', { number: 2 }, stream],
        ['order-1', '0', '0', { number: 1 }, stream],
      ])
    }
  } finally {
    await browser.close()
    await store.dispose()
    await server.stop()
  }
})

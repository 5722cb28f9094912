import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import { connectStreamBrowser, type StreamBrowser } from '../../infrastructure/event-store/browse.ts'
import type { EventStore } from '../../infrastructure/event-store/port.ts'
import { silentLogger, type Logger } from '../../infrastructure/observability/logger.ts'
import { consoleUnderTest } from '../../test/console/console.ts'
import { listenTo, served, type Heard, type Served } from '../../test/console/event-stream.ts'
import { callerOf, tokenOf, type Caller } from '../../test/specifications/api.ts'
import { testEventStore, type TestEventStore } from '../../test/support/event-store.ts'
import { until } from '../../test/support/until.ts'
import { groupSettings } from '../../processors/groups.ts'
import type { EventView } from './views.ts'

type Page = { readonly items: readonly EventView[]; readonly older: string | null; readonly newer: string | null }

describe('the streams in the console', () => {
  const run = randomUUID().slice(0, 8)
  const order = `order-${run}`
  const lines: unknown[] = []
  const logger: Logger = { ...silentLogger, info: (message, fields) => void lines.push([message, fields]) }
  let server: TestEventStore
  let store: EventStore
  let browser: StreamBrowser
  let place: Served
  let olga: Caller
  const leaving = new AbortController()
  const authorization = { Authorization: `Bearer ${tokenOf('olga', ['operator'])}` }
  const append = (stream: string, ...numbers: readonly number[]) =>
    store.append(
      stream,
      numbers.map((number) => ({
        id: randomUUID(),
        type: number === 0 ? 'OrderPlaced' : 'OrderNoted',
        data: { number, ...(number === 0 ? { shipTo: { name: 'Alice' }, contact: { email: 'a@b.c' } } : {}) },
        metadata: { $correlationId: run },
      })),
      'any',
    )
  const page = async (path: string): Promise<Page> => (await olga.get(path).answers(200)).body as Page
  const numbers = ({ items }: Page) => items.map(({ data }) => (data as { number: number }).number)

  before(async () => {
    server = await testEventStore()
    store = await connectEventStore({ url: server.url })
    browser = connectStreamBrowser({ url: server.url, warn: () => undefined })
    const app = consoleUnderTest({ browser, logger, leaving: leaving.signal, tailEveryMs: 20 })
    place = await served(app, leaving.signal)
    olga = callerOf(place.url, tokenOf('olga', ['operator']))
    await append(order, 0, 1, 2, 3, 4)
  })
  after(async () => {
    await place.close()
    await browser.close()
    await store.dispose()
    await server.stop()
  })

  it('are for operators', async () => {
    const alice = callerOf(place.url, tokenOf('alice', ['customer']))
    for (const path of ['/v1/streams', `/v1/streams/${order}`]) await alice.get(path).isRefused(403, 'forbidden')
  })

  it('are listed by who was written to last', async () => {
    const { body } = await olga.get('/v1/streams').answers(200)
    const { items, categories, system } = body as {
      items: { stream: string }[]
      categories: string[]
      system: string[]
    }
    expect(items[0]).to.include({ stream: order, lastType: 'OrderNoted' })
    expect(categories).to.include('order')
    expect(system).to.include.members(['$all', '$persistentsubscription-$all::order-parked'])
  })

  it('are read from the end, and paged both ways', async () => {
    const last = await page(`/v1/streams/${order}?limit=2`)
    expect([numbers(last), last.older, last.newer]).to.deep.equal([[4, 3], '2', '5'])
    const before = await page(`/v1/streams/${order}?limit=2&direction=backwards&from=2`)
    expect([numbers(before), before.older, before.newer]).to.deep.equal([[2, 1], '0', '3'])
    const first = await page(`/v1/streams/${order}?limit=2&direction=backwards&from=0`)
    expect([numbers(first), first.older, first.newer]).to.deep.equal([[0], null, '1'])
    const onwards = await page(`/v1/streams/${order}?limit=2&direction=forwards&from=3`)
    expect([numbers(onwards), onwards.older, onwards.newer]).to.deep.equal([[3, 4], '2', '5'])
    const beyond = await page(`/v1/streams/${order}?direction=forwards&from=5`)
    expect([numbers(beyond), beyond.older, beyond.newer]).to.deep.equal([[], '4', '5'])
    await olga.get(`/v1/streams/order-nobody-${run}`).isRefused(404, 'not_found')
    await olga.get(`/v1/streams/${order}?from=yesterday`).isRefused(400, 'invalid_request', ['from'])
  })

  it('are $all too, by positions', async () => {
    const last = await page('/v1/streams/$all?limit=100')
    const own = last.items.filter(({ stream }) => stream === order)
    expect(own.map(({ revision }) => revision)).to.deep.equal(['4', '3', '2', '1', '0'])
    const [newest, next] = last.items
    const after = await page(`/v1/streams/$all?direction=forwards&from=${next?.position ?? ''}`)
    expect(after.items.map(({ id }) => id)).to.deep.equal([newest?.id])
    const earlier = await page(`/v1/streams/$all?direction=backwards&limit=1&from=${newest?.position ?? ''}`)
    expect(earlier.items.map(({ id }) => id)).to.deep.equal([next?.id])
  })

  it('say nothing of a person until that is asked for, and then who has asked', async () => {
    const first = await page(`/v1/streams/${order}?direction=forwards&from=start&limit=1`)
    expect(first.items[0]).to.deep.include({
      data: { number: 0, shipTo: '•••', contact: '•••' },
      masked: ['shipTo', 'contact'],
      metadata: { $correlationId: run },
    })
    expect(lines).to.deep.equal([])
    const shown = await page(`/v1/streams/${order}?direction=forwards&from=start&limit=1&reveal=true`)
    expect(shown.items[0]?.data).to.deep.equal({ number: 0, shipTo: { name: 'Alice' }, contact: { email: 'a@b.c' } })
    const asked = { subject: 'olga', stream: order, from: 'start', direction: 'forwards', limit: 1 }
    expect(lines).to.deep.equal([['personal data in a stream was shown', asked]])
  })

  it('follow links: of what is parked, the event and why it is there', async () => {
    const group = `parking-${run}`
    await store.ensureGroup(group, groupSettings)
    const connection = await store.connect(group, { bufferSize: 10 })
    for await (const delivery of connection.deliveries) {
      if (delivery.event?.stream !== order) {
        await connection.ack([delivery.ackId])
        continue
      }
      await connection.park([delivery.ackId], 'for the test')
      break
    }
    await connection.close()
    const stream = `$persistentsubscription-$all::${group}-parked`
    const parked = await until('it is parked', async () => {
      const found = await page(`/v1/streams/${encodeURIComponent(stream)}`)
      return found.items.length > 0 ? found : undefined
    })
    expect(parked.items[0]).to.include({ stream: order, revision: '0', type: 'OrderPlaced', cursor: '0' })
    expect(parked.items[0]?.link).to.include({ stream, revision: '0' })
    expect(JSON.stringify(parked.items[0]?.link?.metadata)).to.contain('for the test')
  })

  it('are followed as they are written, from where one was, and end with the process', async () => {
    const stream = `order-followed-${run}`
    const heard = await listenTo(`${place.url}/v1/streams/${stream}`, authorization)
    expect([heard.status, heard.headers.get('content-type')]).to.deep.equal([200, 'text/event-stream; charset=utf-8'])
    await append(stream, 1, 2)
    const first = await heard.next()
    expect([first.id, first.event, (first.data as EventView).data]).to.deep.equal(['0', 'event', { number: 1 }])
    heard.stop()
    const again = await listenTo(`${place.url}/v1/streams/${stream}`, { ...authorization, 'Last-Event-ID': '0' })
    expect(((await again.next()).data as EventView).revision).to.equal('1')
    const all = await listenTo(`${place.url}/v1/streams/$all`, authorization)
    // Only what comes after it was asked for: so something is written until it is heard of.
    let written: Heard | undefined
    void all.next().then((message) => (written = message))
    const told = await until('it is heard of', async () => {
      await append(stream, 3)
      return written
    })
    expect((told.data as EventView).stream).to.equal(stream)
    leaving.abort()
    expect(await all.rest()).to.match(/retry: 5000\n: drain\n\n$/)
  })
})

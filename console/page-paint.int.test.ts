import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser, Route } from 'playwright-core'
import { listen, type Listening } from '../infrastructure/http/listen.ts'
import { openWindow, startBrowser, type Window } from '../test/browser/browser.ts'
import { describeInBrowser } from '../test/browser/describe-in-browser.ts'
import {
  firstPaintOf,
  keepFigure,
  somethingPainted,
  watchFirstPaint,
  type FirstPaint,
} from '../test/browser/first-paint.ts'
import { happenedAt, idAt, orderAt, pageOf, pageOfMany } from '../test/console/answers.ts'
import { consoleUnderTest } from '../test/console/console.ts'
import { readPageFiles } from './page-files.ts'
import { vendorFiles } from './vendor.ts'

const kilobyte = 1_024
const order = `/api/read/v1/orders/${idAt(1)}`
const events = Array.from({ length: 14 }, (_, n) => happenedAt(n, 'order', `Event${n}`))

const answers: Readonly<Record<string, (query: URLSearchParams) => { readonly body: unknown }>> = {
  '/api/read/v1/orders': (query) => pageOfMany(query, orderAt),
  [order]: () => ({ body: orderAt(1) }),
  [`${order}/timeline`]: () => pageOf(...events),
  '/api/processors/v1/dead-letters': () => pageOf(),
  '/api/read/v1/projections': () => pageOf(),
}

/** How long it takes is measured by `npm run bench:paint`; here is what that comes from. */
describeInBrowser('the first paint of the console', function (chromium) {
  this.timeout(60_000)
  let browser: Browser
  let served: Listening
  let window: Window
  /** What the APIs are asked waits for this. */
  let answered: Promise<void>
  before(async () => {
    const files = await readPageFiles(join(import.meta.dirname, 'page'), vendorFiles)
    served = await listen(consoleUnderTest({ page: files }), { host: '127.0.0.1', port: 0 })
    browser = await startBrowser(chromium)
  })
  beforeEach(async () => {
    answered = Promise.resolve()
    window = await openWindow(browser, served.url, { token: 'a.e30.b' })
    await window.page.route('**/api/**', async (route: Route) => {
      const { pathname, searchParams } = new URL(route.request().url())
      const isStream = route.request().headers()['accept'] === 'text/event-stream'
      await answered
      if (isStream) return route.fulfill({ contentType: 'text/event-stream', body: 'retry: 3600000\n\n' })
      const answer = answers[pathname]?.(searchParams)
      return route.fulfill(answer === undefined ? { status: 404, json: {} } : { json: answer.body })
    })
  })
  afterEach(async () => {
    await window.context.close()
  })
  after(async () => {
    await browser?.close()
    await served?.close()
  })

  const paintOf = async (hash: string, selector: string): Promise<FirstPaint> => {
    await watchFirstPaint(window.page, selector)
    await window.page.goto(`/${hash}`)
    return firstPaintOf(window.page)
  }
  const sizeOf = (files: FirstPaint['files']): number => files.reduce((sum, { bytes }) => sum + bytes, 0)
  const keep = (name: string, { paintedMs, thereMs, files }: FirstPaint): void => {
    const scripts = files.filter(({ kind }) => kind === 'script')
    keepFigure(`first-paint-${name}`, { paintedMs, thereMs, scripts: scripts.length, scriptBytes: sizeOf(scripts) })
  }

  it('waits for no API', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    answered = promise
    await window.page.goto('/')
    await somethingPainted(window.page)
    expect(await window.page.getByRole('navigation', { name: 'Views' }).count()).to.equal(1)
    resolve()
    await window.page.getByRole('link', { name: orderAt(0).number }).waitFor()
  })

  for (const [name, { hash, selector, scripts, scriptBytes, calls }] of Object.entries({
    orders: {
      hash: '#/orders',
      selector: 'tbody tr:nth-child(50)',
      scripts: 27,
      scriptBytes: 20 * kilobyte,
      calls: ['/api/read/v1/orders', '/api/read/v1/projections'],
    },
    order: {
      hash: `#/orders/${idAt(1)}`,
      selector: '.step:nth-child(14)',
      scripts: 36,
      scriptBytes: 28 * kilobyte,
      calls: [
        order,
        `${order}/timeline`,
        '/api/processors/v1/dead-letters',
        '/api/processors/v1/follow-ups',
        '/api/read/v1/projections',
      ],
    },
  }))
    it(`of ${name} waits for one style sheet, little script, and each answer once`, async () => {
      const paint = await paintOf(hash, selector)
      keep(name, paint)
      const { files } = paint
      const blocking = files.filter(({ blocks }) => blocks)
      expect(blocking.map(({ path }) => path)).to.deep.equal(['/style.css'])
      expect(sizeOf(blocking)).to.be.within(kilobyte, 6 * kilobyte)
      const ofScript = files.filter(({ kind }) => kind === 'script')
      expect(new Set(ofScript.map(({ path }) => path)).size).to.be.within(1, scripts)
      expect(sizeOf(ofScript)).to.be.within(kilobyte, scriptBytes)
      expect([...new Set(files.filter(({ kind }) => kind === 'call').map(({ path }) => path))].sort()).to.deep.equal(
        [...calls].sort(),
      )
    })
})

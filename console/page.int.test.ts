import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { installedChromium, openWindow, startBrowser, type Window } from '../test/browser/browser.ts'
import { readPageFiles, type PageFiles } from './page-files.ts'
import { vendorFiles } from './vendor.ts'

const chromium = installedChromium()
const origin = 'http://console.test'

type Answer = { readonly status?: number; readonly body: unknown }
/** By the path that is asked for. */
type Apis = Readonly<Record<string, (query: URLSearchParams) => Answer>>

const eur = (amount: number) => ({ amount, currency: 'EUR' })
const orderAt = (index: number) => ({
  orderId: `11111111-1111-4111-8111-${String(index).padStart(12, '0')}`,
  number: `ORDER${String(index).padStart(6, '0')}`,
  customerId: 'ann',
  status: 'confirmed',
  lines: [{ sku: 'TEA', name: 'Tea', quantity: 1, unitPrice: eur(450) }],
  total: eur(450),
  payment: { status: 'succeeded', refunded: eur(0), chargedBack: eur(0) },
  fulfilment: 'reserved',
  revision: 1,
  placedAt: new Date(Date.UTC(2026, 2, 1) - index * 1_000).toISOString(),
  updatedAt: '2026-03-01T12:00:00.000Z',
})
const projection = (name: string) => ({
  name,
  version: 1,
  position: null,
  unreadable: null,
  events: 1_000,
  lastEventAt: null,
  caughtUp: true,
  standsStill: null,
  lagSeconds: 0,
  setAside: { count: 0, first: [] },
  rebuild: null,
})
const notThere = { status: 404, body: { code: 'not_found', detail: 'There is nothing under this address.' } }

describe('the page of the console, without a shop behind it', function () {
  if (chromium === undefined) {
    it('is not tried: there is no Chromium here (CHROMIUM names one elsewhere)')
    return
  }
  let browser: Browser
  let files: PageFiles
  let window: Window
  let page: Page
  let apis: Apis = {}
  before(async () => {
    files = await readPageFiles(join(import.meta.dirname, 'page'), vendorFiles)
    browser = await startBrowser(chromium)
  })
  beforeEach(async () => {
    window = await openWindow(browser, origin)
    page = window.page
    await page.addInitScript(`sessionStorage.getItem('was') || sessionStorage.setItem('console-token', 'a.e30.b')`)
    await page.addInitScript(`sessionStorage.setItem('was', 'signed in')`)
    await page.route(`${origin}/**`, async (route) => {
      const { pathname, searchParams } = new URL(route.request().url())
      const file = files.get(pathname)
      if (file !== undefined) return route.fulfill({ body: file.bytes, contentType: file.type })
      const { status = 200, body } = apis[pathname]?.(searchParams) ?? notThere
      return route.fulfill({ status, json: body })
    })
  })
  afterEach(async () => {
    expect(window.complaints).to.deep.equal([])
    await window.context.close()
  })
  after(() => browser?.close())

  it('goes through a hundred thousand orders a page at a time, and back', async () => {
    apis = {
      '/api/read/v1/orders': (query) => {
        const [from, limit] = [Number(query.get('cursor') ?? 0), Number(query.get('limit'))]
        const items = Array.from({ length: limit }, (_, at) => orderAt(from + at))
        return { body: { items, nextCursor: from + limit < 100_000 ? String(from + limit) : null } }
      },
    }
    await page.goto('/')
    await page.getByRole('link', { name: 'ORDER000000' }).waitFor()
    expect(await page.locator('tbody tr').count()).to.equal(50)
    for (let turn = 0; turn < 3; turn += 1) await page.getByRole('button', { name: 'Older' }).click()
    await page.getByRole('link', { name: 'ORDER000150' }).waitFor()
    expect(await page.locator('tbody tr').count()).to.equal(50)
    await page.getByRole('button', { name: 'Newer' }).click()
    await page.getByRole('link', { name: 'ORDER000100' }).waitFor()
  })

  it('shows how far a rebuild is, and what came of it', async () => {
    let rebuild: object = { state: 'running', share: 0.25, events: 250 }
    apis = {
      '/api/read/v1/projections': () => ({ body: { items: [projection('orders'), projection('open_intents')] } }),
      '/api/projections/v1/projections/orders/rebuild': () => ({ body: { name: 'orders', ...rebuild } }),
    }
    await page.goto('/#/projections')
    const bar = page.getByRole('progressbar', { name: 'Rebuild of orders' })
    const shows = (text: string) =>
      page
        .getByRole('region', { name: /^orders/ })
        .filter({ hasText: text })
        .waitFor()
    await shows('25 %')
    expect(await bar.getAttribute('value')).to.equal('0.25')
    rebuild = { state: 'running', share: 0.75, events: 750 }
    await shows('75 %')
    expect(await bar.getAttribute('value')).to.equal('0.75')
    rebuild = { state: 'done', events: 1_000 }
    await shows('Built anew from 1000 events')
    expect(await bar.count()).to.equal(0)
    rebuild = { state: 'failed', failure: 'an event could not be folded' }
    await shows('The rebuild failed: an event could not be folded. The live table is as it was.')
    expect(await page.getByRole('button', { name: 'Rebuild open_intents' }).count()).to.equal(0)
  })

  it('puts a table back once it was asked and has said what will happen, and shows who did', async () => {
    const kept = { generation: 2, version: 1, position: null, since: '2026-03-01T12:00:00.000Z' }
    let rollback: object = { kept: null, refusal: 'no table before orders is kept', state: 'none' }
    let putBack: object | null = null
    const posted: unknown[] = []
    apis = {
      '/api/read/v1/projections': () => ({ body: { items: [{ ...projection('orders'), putBack }] } }),
      '/api/projections/v1/projections/orders/rebuild': () => ({ body: { name: 'orders', state: 'none' } }),
      '/api/projections/v1/projections/orders/rollback': () => ({ body: { name: 'orders', ...rollback } }),
    }
    page.on('request', (request) => {
      if (request.method() === 'POST') posted.push([new URL(request.url()).pathname, request.postDataJSON()])
    })
    await page.goto('/#/projections')
    const orders = page.getByRole('region', { name: /^orders/ })
    const button = orders.getByRole('button', { name: 'Put orders back' })
    await orders.getByRole('button', { name: 'Rebuild orders' }).waitFor()
    expect(await button.count()).to.equal(0)

    rollback = { kept: { ...kept, version: 0 }, refusal: 'it is of version 0', state: 'none' }
    await orders.getByText('cannot be put back: it is of version 0').waitFor()
    expect(await button.isDisabled()).to.equal(true)

    rollback = { kept, refusal: null, state: 'none' }
    await orders.getByText('can be put back').waitFor()
    await button.click()
    const question = page.getByRole('dialog')
    await question.getByText('takes its place then').waitFor()
    expect(posted).to.deep.equal([])
    rollback = { kept, refusal: null, state: 'running', share: 0.5 }
    await question.getByRole('button', { name: 'Put it back' }).click()
    await orders.getByRole('progressbar', { name: 'Rollback of orders' }).waitFor()
    expect(posted).to.deep.equal([['/api/projections/v1/projections/orders/rollback', { generation: 2 }]])
    rollback = { kept: { ...kept, generation: 3 }, refusal: null, state: 'done', events: 7, endedAt: kept.since }
    putBack = { by: 'olga', at: kept.since }
    await orders.getByText('put back by olga').waitFor()
    rollback = { kept, refusal: null, state: 'failed', failure: 'the store is away' }
    await orders.getByText('It was not put back: the store is away.').waitFor()
  })

  it('asks for another token when the one it has has run out', async () => {
    const refused = { status: 401, body: { code: 'unauthorized', detail: 'The token has run out.' } }
    apis = { '/api/read/v1/orders': () => refused, '/sign-in': () => ({ body: { development: false } }) }
    await page.goto('/')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await page.getByRole('button', { name: 'Sign in as operator' }).count()).to.equal(0)
    await page.getByLabel('Token of an operator').fill('c.e30.d')
    apis = { '/api/read/v1/orders': () => ({ body: { items: [], nextCursor: null } }) }
    await page.getByRole('button', { name: 'Sign in with the token' }).click()
    await page.getByText('No order fits.').waitFor()
  })

  it('is used by the keyboard alone: the link past the navigation comes first, and a question is left by Escape', async () => {
    const orderId = orderAt(1).orderId
    apis = {
      [`/api/read/v1/orders/${orderId}`]: () => ({ body: orderAt(1) }),
      [`/api/read/v1/orders/${orderId}/timeline`]: () => ({ body: { items: [] } }),
      '/api/processors/v1/dead-letters': () => ({ body: { items: [], nextCursor: null } }),
    }
    await page.goto(`/#/orders/${orderId}`)
    const ship = page.getByRole('button', { name: 'Ship…' })
    await ship.waitFor()
    const focused = () => page.evaluate<string>('document.activeElement.textContent.trim()')
    await page.keyboard.press('Tab')
    expect(await focused()).to.equal('Skip to the content')
    await ship.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Ship ORDER000001' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await focused()).to.equal('Ship…')
  })
})

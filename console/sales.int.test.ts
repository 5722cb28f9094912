import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { listen, type Listening } from '../infrastructure/http/listen.ts'
import {
  accessibilityFaults,
  keepScreenshot,
  openWindow,
  overflowOf,
  startBrowser,
  type Window,
} from '../test/browser/browser.ts'
import { describeInBrowser } from '../test/browser/describe-in-browser.ts'
import { salesOf } from '../test/console/answers.ts'
import { consoleUnderTest } from '../test/console/console.ts'
import { readPageFiles } from './page-files.ts'
import { vendorFiles } from './vendor.ts'

describeInBrowser('the sales view of the console, without a shop behind it', function (chromium) {
  this.timeout(60_000)
  let browser: Browser
  let served: Listening
  let window: Window
  let page: Page
  /** What the read API is asked for, and what it answers. */
  let asked: URLSearchParams[] = []
  let answer: { readonly status?: number; readonly body: object }
  before(async () => {
    // As it is served: with its policy, which forbids much.
    const files = await readPageFiles(join(import.meta.dirname, 'page'), vendorFiles)
    served = await listen(consoleUnderTest({ page: files }), { host: '127.0.0.1', port: 0 })
    browser = await startBrowser(chromium)
  })
  const open = async (look: Parameters<typeof openWindow>[2] = {}) => {
    window = await openWindow(browser, served.url, { token: 'a.e30.b', ...look })
    page = window.page
    await page.route('**/api/read/v1/reports/sales?*', async (route) => {
      const headers = await route.request().allHeaders()
      if (headers['accept'] === 'text/csv')
        return route.fulfill({ body: `csv for ${headers['authorization']}`, contentType: 'text/csv' })
      asked.push(new URL(route.request().url()).searchParams)
      const { status = 200, body } = answer
      return route.fulfill({ status, json: body })
    })
  }
  beforeEach(async () => {
    asked = []
    answer = { body: salesOf(['2026-01-01', '2026-01-31']) }
    await open()
  })
  afterEach(async () => {
    expect(window.complaints).to.deep.equal([])
    await window.context.close()
  })
  after(async () => {
    await browser?.close()
    await served?.close()
  })

  const january = '/#/sales?from=2026-01-01&to=2026-01-31'
  const card = (name: string) => page.getByRole('region', { name, exact: true })
  const said = (name: string, period: string) => card(name).getByRole('row', { name: new RegExp(`^${period}`) })

  it('shows each currency by itself, day by day and in all, to the last cent', async () => {
    await page.goto(january)
    expect(await said('EUR', '1 Jan 2026').innerText()).to.match(/12\s+10\s+2\s+0\s+€180,143,985,094,819.85/)
    expect(await said('EUR', '31 Jan 2026').innerText()).to.include('-€54.99')
    expect(await said('JPY', '1 Jan 2026').innerText()).to.include('JP¥300')
    expect(await card('EUR').locator('.figures').innerText()).to.include('€180,143,985,094,764.86')
    expect(asked.map(String)).to.deep.equal(['from=2026-01-01&to=2026-01-31&groupBy=day'])
  })

  it('asks for months, and for units by product, when that is chosen', async () => {
    await page.goto(january)
    await said('EUR', '1 Jan 2026').waitFor()
    answer = { body: salesOf(['2026-01', '2026-02']) }
    await page.getByRole('combobox', { name: 'By' }).selectOption('month')
    await said('EUR', 'February 2026').waitFor()
    await page.getByLabel('Units by product').check()
    await card('EUR').getByRole('row', { name: 'MUG 30 2' }).waitFor()
    expect(page.url()).to.include('#/sales?from=2026-01-01&to=2026-01-31&groupBy=month&bySku=true')
    expect(asked.map(String).at(-1)).to.equal('from=2026-01-01&to=2026-01-31&groupBy=month&bySku=true')
  })

  it('is gone through by the keyboard: to last year, and into its table', async () => {
    await page.goto(january)
    await said('EUR', '1 Jan 2026').waitFor()
    answer = { body: salesOf(['2025-03', '2025-04']) }
    await page.getByRole('link', { name: 'Last year' }).focus()
    await page.keyboard.press('Enter')
    await said('EUR', 'March 2025').waitFor()
    const last = page.getByRole('link', { name: 'Last year' })
    expect(await last.getAttribute('aria-current')).to.equal('true')
    await page.getByLabel('Units by product').focus()
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.ariaLabel')).to.equal('EUR by month')
  })

  it('hands the file over, which is asked for with the token', async () => {
    await page.goto(january)
    await said('EUR', '1 Jan 2026').waitFor()
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download CSV' }).click()
    const download = await downloading
    expect(download.suggestedFilename()).to.equal('sales-2026-01-01-2026-01-31.csv')
    expect(await readFile(await download.path(), 'utf8')).to.equal('csv for Bearer a.e30.b')
  })

  it('says why there is no report, and no longer shows another one', async () => {
    await page.goto(january)
    await said('EUR', '1 Jan 2026').waitFor()
    const errors = [{ in: 'query', path: 'to', message: 'These are 400 days; ask for at most 366.' }]
    answer = { status: 400, body: { code: 'invalid_request', detail: 'See errors.', errors } }
    await page.getByLabel('From').fill('2024-12-28')
    await page.getByRole('alert').filter({ hasText: 'These are 400 days; ask for at most 366.' }).waitFor()
    expect(await page.getByRole('table').count()).to.equal(0)
  })

  it('says that something is not in it, and that nothing happened', async () => {
    answer = { body: { ...salesOf(['2026-01-01']), currencies: [], stale: true } }
    await page.goto(january)
    await page.getByText('Nothing happened on these days.').waitFor()
    expect(await page.getByRole('link', { name: 'see what is set aside' }).getAttribute('href')).to.equal(
      '#/projections',
    )
  })

  it('is for everybody: axe finds nothing, and nothing is wider than a telephone', async () => {
    answer = { body: salesOf(['2026-01-01', '2026-01-31'], { stale: true }) }
    for (const look of [
      { width: 1280, scheme: 'light' },
      { width: 360, scheme: 'dark' },
    ] as const) {
      await window.context.close()
      await open(look)
      await page.goto(`${january}&bySku=true`)
      await card('JPY').waitFor()
      const of = `sales ${look.width} ${look.scheme}`
      await keepScreenshot(page, of.replaceAll(' ', '-'))
      expect(await accessibilityFaults(page), of).to.deep.equal([])
      expect(await overflowOf(page), of).to.be.at.most(0)
    }
  })
})

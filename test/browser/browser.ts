import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'

/** A browser that is installed here; none is ever fetched. */
export const installedChromium = (): string | undefined =>
  [
    process.env['CHROMIUM'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ].find((path) => path !== undefined && existsSync(path))

const root = join(import.meta.dirname, '..', '..')
/** Where the test run keeps what the views looked like. */
export const screenshots = join(root, '.screenshots')
/** Those that the pages for people show too, by their name there: taken anew by a run with DOCS_IMAGES=1. */
const inDocs: Readonly<Record<string, string>> = { order: 'console-order', 'dead-letter': 'console-dead-letter' }

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export type Look = { readonly width: number; readonly scheme: 'light' | 'dark' }

export type Window = {
  readonly page: Page
  readonly context: BrowserContext
  /** What the page has complained of: faults, and what its policy has kept from being loaded. */
  readonly complaints: readonly string[]
}

/** Requests that end otherwise than with 2xx are told of as errors of the page, which they are not. */
const isOfTheNetwork = (text: string): boolean => text.startsWith('Failed to load resource')

export const startBrowser = (executablePath: string): Promise<Browser> =>
  // In a container there is no user namespace for its sandbox.
  chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })

/** A window of its own, signed in or not: two of them are two people. */
export const openWindow = async (
  browser: Browser,
  baseURL: string,
  { token, width = 1280, scheme = 'light' }: Partial<Look> & { readonly token?: string } = {},
): Promise<Window> => {
  const context = await browser.newContext({
    baseURL,
    viewport: { width, height: 860 },
    colorScheme: scheme,
    // Colours are looked at, and not on their way from one to another.
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !isOfTheNetwork(message.text())) complaints.push(message.text())
  })
  if (token !== undefined)
    await context.addInitScript(`sessionStorage.setItem('console-token', ${JSON.stringify(token)})`)
  return { page, context, complaints }
}

/** Keeps what the page looks like, for people to look at. */
export const keepScreenshot = async (page: Page, name: string): Promise<void> => {
  mkdirSync(screenshots, { recursive: true })
  const path = join(screenshots, `${name}.png`)
  await page.screenshot({ path })
  const shown = process.env['DOCS_IMAGES'] === '1' ? inDocs[name] : undefined
  if (shown !== undefined) copyFileSync(path, join(root, 'docs', 'images', `${shown}.png`))
}

/** Shows the same page in a window of another size and in other colours. */
export const lookAt = async (page: Page, { width, scheme }: Look): Promise<void> => {
  await page.setViewportSize({ width, height: 860 })
  await page.emulateMedia({ colorScheme: scheme })
}

/** What axe finds of WCAG 2.2 AA and of its own best practices, a line each. */
export const accessibilityFaults = async (page: Page): Promise<readonly string[]> => {
  // It stays for as long as the document does, whichever view is shown.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axeSource)
  const found = await page.evaluate<{
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]
  }>(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations'],
    preload: false,
  })`)
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  )
}

/** By how many pixels the page is wider than its window. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')

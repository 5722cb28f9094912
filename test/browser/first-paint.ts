import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { untilTrue } from '../support/until.ts'
import { screenshots } from './browser.ts'

export type LoadedFile = {
  readonly path: string
  readonly kind: 'script' | 'style' | 'call' | 'other'
  /** Nothing is painted before it is there. */
  readonly blocks: boolean
  /** As it came over the wire, without headers. */
  readonly bytes: number
}

export type FirstPaint = {
  /** The browser's own: something stands on the page. In milliseconds from the beginning of the navigation. */
  readonly paintedMs: number
  /** What the page was opened for stands on it. */
  readonly thereMs: number
  /** All that was asked for until then. */
  readonly files: readonly LoadedFile[]
}

/** To be called before the page is opened: `selector` finds what it is opened for. */
export const watchFirstPaint = async (page: Page, selector: string): Promise<void> => {
  await page.addInitScript(`
    new MutationObserver((_changes, observer) => {
      if (document.querySelector(${JSON.stringify(selector)}) === null) return
      observer.disconnect()
      requestAnimationFrame(() => { window.thereMs = performance.now() })
    }).observe(document, { childList: true, subtree: true })`)
}

const painted = `performance.getEntriesByType('paint').find(({ name }) => name === 'first-contentful-paint')?.startTime`

// Not by `waitForFunction`: the page's policy lets nobody evaluate a text in it again and again.
const untilHolds = (what: string, page: Page, expression: string): Promise<void> =>
  untilTrue(what, () => page.evaluate<boolean>(expression))

/** Waits until the browser has painted something. */
export const somethingPainted = (page: Page): Promise<void> =>
  untilHolds('something is painted', page, `${painted} !== undefined`)

/** Waits until it has painted what `watchFirstPaint` was told of. */
export const firstPaintOf = async (page: Page): Promise<FirstPaint> => {
  await somethingPainted(page)
  await untilHolds('it is there', page, 'window.thereMs !== undefined')
  return page.evaluate<FirstPaint>(`(() => {
    const kindOf = ({ initiatorType, name }) =>
      new URL(name).pathname.endsWith('.js') ? 'script'
      : new URL(name).pathname.endsWith('.css') ? 'style'
      : initiatorType === 'fetch' ? 'call' : 'other'
    const files = performance.getEntriesByType('resource')
      .filter(({ startTime }) => startTime <= window.thereMs)
      .map((entry) => ({
        path: new URL(entry.name).pathname,
        kind: kindOf(entry),
        blocks: entry.renderBlockingStatus === 'blocking',
        bytes: entry.encodedBodySize,
      }))
    return { paintedMs: ${painted}, thereMs: window.thereMs, files }
  })()`)
}

/** Keeps a figure beside the screenshots, for people to look at: it says how quick the machine was on that day. */
export const keepFigure = (name: string, figure: object): void => {
  mkdirSync(screenshots, { recursive: true })
  writeFileSync(join(screenshots, `${name}.json`), `${JSON.stringify(figure, null, 2)}\n`)
}

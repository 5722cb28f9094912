import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser, Page, Route } from 'playwright-core'
import { readPageFiles, type PageFiles } from '../../console/page-files.ts'
import { vendorFiles } from '../../console/vendor.ts'
import { openWindow, startBrowser, type Window } from '../browser/browser.ts'
import { describeInBrowser } from '../browser/describe-in-browser.ts'

const origin = 'http://console.test'

export type Answer = { readonly status?: number; readonly body: unknown }
/** By the path that is asked for. */
export type Apis = Readonly<Record<string, (query: URLSearchParams, body: unknown) => Answer>>

export type PageUnderTest = {
  readonly page: Page
  /** What answers from now on. */
  apis: Apis
  /** What an event stream tells, by its path, each time that it is opened; or what is answered in its place. */
  streams: Readonly<Record<string, string | Answer>>
  /** Method, path and query of what was asked for so far, but for event streams. */
  readonly asked: readonly string[]
  /** Paths of the event streams that were opened so far. */
  readonly followed: readonly string[]
  /** A token in the tab that names this person; nobody has signed it. */
  readonly tokenOf: (subject: string) => string
}

/** Of an event stream as it is written. */
export const told = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

const notThere: Answer = { status: 404, body: { code: 'not_found', detail: 'There is nothing under this address.' } }
const tokenOf = (subject: string): string =>
  `a.${Buffer.from(JSON.stringify({ sub: subject })).toString('base64url')}.b`

/** A suite about the page in a browser, without a shop behind it: each test has a window of its own, in which olga is signed in. */
export const describePage = (title: string, tests: (at: () => PageUnderTest) => void): void => {
  describeInBrowser(title, (chromium) => {
    let browser: Browser
    let files: PageFiles
    let window: Window
    let at: PageUnderTest
    before(async () => {
      ;[files, browser] = await Promise.all([
        readPageFiles(join(import.meta.dirname, '../../console/page'), vendorFiles),
        startBrowser(chromium),
      ])
    })
    const answer = async (route: Route, asked: string[], followed: string[]): Promise<void> => {
      const request = route.request()
      const { pathname: path, search, searchParams } = new URL(request.url())
      const pathname = decodeURIComponent(path)
      const file = files.get(pathname)
      if (file !== undefined) return route.fulfill({ body: file.bytes, contentType: file.type })
      if (request.headers()['accept'] === 'text/event-stream') {
        followed.push(pathname)
        const stream = at.streams[pathname] ?? ''
        return typeof stream === 'string'
          ? route.fulfill({ contentType: 'text/event-stream', body: `retry: 3600000\n\n${stream}` })
          : route.fulfill({ status: stream.status ?? 200, json: stream.body })
      }
      asked.push(`${request.method()} ${pathname}${search}`)
      const { status = 200, body } =
        at.apis[pathname]?.(searchParams, JSON.parse(request.postData() ?? 'null')) ?? notThere
      return route.fulfill({ status, json: body })
    }
    beforeEach(async () => {
      window = await openWindow(browser, origin)
      const [asked, followed]: [string[], string[]] = [[], []]
      at = { page: window.page, apis: {}, streams: {}, asked, followed, tokenOf }
      await window.page.addInitScript(
        `if (sessionStorage.length === 0) sessionStorage.setItem('console-token', '${tokenOf('olga')}')`,
      )
      await window.page.addInitScript(`sessionStorage.setItem('was', 'signed in')`)
      await window.page.route(`${origin}/**`, (route) => answer(route, asked, followed))
    })
    afterEach(async () => {
      expect(window.complaints).to.deep.equal([])
      await window.context.close()
    })
    after(() => browser?.close())

    tests(() => at)
  })
}

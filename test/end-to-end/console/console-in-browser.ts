import type { Browser, Locator, Page } from 'playwright-core'
import { openWindow, startBrowser, type Window } from '../../browser/browser.ts'
import { startBefore } from '../../chaos/before.ts'
import type { Proxy } from '../../event-store/proxy.ts'
import { startRunningShop, type RunningShop } from '../running-shop.ts'

/** A shop, and a window in which its operator sits. */
export type ConsoleInBrowser = {
  readonly running: RunningShop
  readonly browser: Browser
  readonly operator: Window
  readonly page: Page
  /** On the shop's way to its database. */
  readonly toDatabase: Proxy
  readonly heading: (name: string | RegExp) => Locator
  readonly button: (name: string | RegExp) => Locator
  readonly tea: () => readonly { readonly sku: string; readonly quantity: number }[]
  /** Places an order that is paid, and waits until it is confirmed. */
  readonly confirmed: (customer: string) => Promise<string>
  readonly close: () => Promise<void>
}

/** What a group of tests knows the console by, once it runs. */
export type At = () => ConsoleInBrowser

/** Until a text stands in a part of the page: what is waited for is seen, never a time. */
export const says = (where: Locator, text: string | RegExp): Promise<void> =>
  where.filter({ hasText: text }).first().waitFor()

export const openConsole = async (chromium: string): Promise<ConsoleInBrowser> => {
  let toDatabase: Proxy | undefined
  const starting = startRunningShop(
    {},
    {
      async databaseThrough(url) {
        const before = await startBefore(url, 5432)
        toDatabase = before.proxy
        return before.url
      },
    },
  )
  const [running, browser] = await Promise.all([starting, startBrowser(chromium)])
  if (toDatabase === undefined) throw new Error('the shop has asked for no way to its database')
  const proxy = toDatabase
  const operator = await openWindow(browser, running.shop.urls.console)
  const { page } = operator
  const tea = () => [{ sku: running.sku('TEA-MINT-050'), quantity: 1 }]
  return {
    running,
    browser,
    operator,
    page,
    toDatabase: proxy,
    heading: (name) => page.getByRole('heading', { name }),
    button: (name) => page.getByRole('button', { name }),
    tea,
    async confirmed(customer) {
      const orderId = await running.client.place(customer, 'one', tea())
      await running.client.orderThat(orderId, 'confirmed', ({ status }) => status === 'confirmed')
      return orderId
    },
    async close() {
      await browser.close()
      await running.stop()
      proxy.close()
    },
  }
}

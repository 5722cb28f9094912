import { expect } from 'chai'
import {
  accessibilityFaults,
  keepScreenshot,
  lookAt,
  openWindow,
  overflowOf,
  type Look,
} from '../../browser/browser.ts'
import { says, type At } from './console-in-browser.ts'

const looks: readonly Look[] = [360, 1280].flatMap((width) =>
  (['light', 'dark'] as const).map((scheme) => ({ width, scheme })),
)

export const viewsOfConsole = (at: At): void => {
  it('is for everybody: axe finds nothing in any view, and nothing is wider than a telephone', async function () {
    this.timeout(180_000)
    const { running, browser, confirmed } = at()
    const orderId = await confirmed('zoe')
    const views: Readonly<Record<string, readonly [hash: string, ready: string]>> = {
      orders: ['#/orders', 'table'],
      order: [`#/orders/${orderId}`, '.timeline .step'],
      'dead-letters': ['#/dead-letters', '.empty.good'],
      streams: ['#/streams', 'table'],
      stream: [`#/streams/payment-${orderId}`, 'table'],
      projections: ['#/projections', '.card'],
      sales: ['#/sales', '.card'],
      health: ['#/health', 'table'],
    }
    const token = running.token('olga', 'operator')
    const window = await openWindow(browser, running.shop.urls.console, { token })
    for (const [name, [hash, ready]] of Object.entries(views)) {
      await window.page.goto(`/${hash}`)
      await window.page.locator(ready).first().waitFor()
      await says(window.page.locator('.state'), 'Live')
      for (const look of looks) {
        await lookAt(window.page, look)
        const of = `${name} ${look.width} ${look.scheme}`
        expect(await overflowOf(window.page), of).to.be.at.most(0)
        // The other two are among the long tests.
        if ((look.width === 360) === (look.scheme === 'dark')) continue
        await keepScreenshot(window.page, of.replaceAll(' ', '-'))
        expect(await accessibilityFaults(window.page), of).to.deep.equal([])
      }
    }
    expect(window.complaints).to.deep.equal([])
    await window.context.close()
  })
}

import { expect } from 'chai'
import { keepScreenshot } from '../browser/browser.ts'
import { describeInBrowser } from '../browser/describe-in-browser.ts'
import { openConsole, type ConsoleInBrowser } from './console/console-in-browser.ts'
import { deadLettersInConsole } from './console/dead-letters.ts'
import { ordersInConsole } from './console/orders.ts'
import { projectionsInConsole } from './console/projections.ts'
import { storesInConsole } from './console/stores.ts'
import { streamsInConsole } from './console/streams.ts'
import { tokensInConsole } from './console/tokens.ts'
import { viewsOfConsole } from './console/views.ts'
import { shopStartLimitMs } from './running-shop.ts'

describeInBrowser('the console in a browser', function (chromium) {
  this.timeout(60_000)
  let opened: ConsoleInBrowser
  before(async function () {
    this.timeout(shopStartLimitMs)
    opened = await openConsole(chromium)
  })
  after(() => opened?.close())
  afterEach(async function () {
    if (this.currentTest?.isFailed() === true)
      await keepScreenshot(opened.page, `failed ${this.currentTest.title.slice(0, 30)}`)
    expect(opened.operator.complaints).to.deep.equal([])
  })

  // In one shop, one after another; the first signs the operator in.
  const at = () => opened
  ordersInConsole(at)
  tokensInConsole(at)
  deadLettersInConsole(at)
  projectionsInConsole(at)
  streamsInConsole(at)
  storesInConsole(at)
  viewsOfConsole(at)
})

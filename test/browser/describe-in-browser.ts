import type { Suite } from 'mocha'
import { installedChromium } from './browser.ts'

/** What stands in the place of such a suite's tests where there is no browser. */
export const noChromium = 'is not tried: there is no Chromium here (CHROMIUM names one elsewhere)'

/** A suite in a real browser, whose program it is given; skipped, and said so, where none is installed. */
export const describeInBrowser = (title: string, tests: (this: Suite, chromium: string) => void): void => {
  describe(title, function () {
    const chromium = installedChromium()
    if (chromium === undefined) {
      it(noChromium)
      return
    }
    tests.call(this, chromium)
  })
}

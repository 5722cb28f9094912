import { keepScreenshot } from '../../browser/browser.ts'
import { says, type At } from './console-in-browser.ts'

export const projectionsInConsole = (at: At): void => {
  it('builds a read model anew, and says when it is swapped in', async () => {
    const { page, button } = at()
    await page.goto('/#/projections')
    await button(/^Rebuild timeline/).click()
    await says(page.getByRole('dialog'), 'Until then the live one serves on')
    await button('Build it anew').click()
    const card = page.getByRole('region', { name: /^timeline/ })
    await says(card, /Built anew from \d+ events,\s+and swapped in/)
    await says(card, /verified: 0 of [\d,]+ rows differ/)
    await keepScreenshot(page, 'projections')
  })

  it('compares alone where that is asked for, and leaves the live table', async () => {
    const { page, button } = at()
    await page.goto('/#/projections')
    await button(/^Rebuild products/).click()
    await page.getByLabel('Compare alone').check()
    await button('Build it anew').click()
    const card = page.getByRole('region', { name: /^products/ })
    await says(card, /Built to compare from \d+ events,\s+and dropped/)
    await says(card, /verified: 0 of [\d,]+ rows differ/)
  })
}

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
    await says(card, /Built anew from \d+ events, and swapped in/)
    await keepScreenshot(page, 'projections')
  })
}

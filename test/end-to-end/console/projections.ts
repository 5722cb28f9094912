import { expect } from 'chai'
import { keepScreenshot } from '../../browser/browser.ts'
import { says, type At } from './console-in-browser.ts'

export const projectionsInConsole = (at: At): void => {
  it('builds a read model anew with a bar that moves, and says when it is swapped in', async () => {
    const { page, button, toDatabase } = at()
    await page.goto('/#/projections')
    const card = page.getByRole('region', { name: /^timeline/ })
    await button(/^Rebuild timeline/).click()
    await says(page.getByRole('dialog'), 'Until then the live one serves on')
    // In a shop as small as this it would be over between two looks.
    toDatabase.slow(100)
    await page.evaluate(`
      window.barAt = []
      new MutationObserver(() => {
        const at = document.querySelector('progress')?.value
        if (at !== undefined && at !== window.barAt.at(-1)) window.barAt.push(at)
      }).observe(document, { subtree: true, childList: true, attributes: true })`)
    await button('Build it anew').click()
    await page.getByRole('progressbar', { name: 'Rebuild of timeline' }).waitFor()
    await keepScreenshot(page, 'projections-rebuilding')
    await says(card, /Built anew from \d+ events,\s+and swapped in/)
    toDatabase.slow(0)
    const moved = await page.evaluate<readonly number[]>('window.barAt')
    expect(moved.length, moved.join(' → ')).to.be.at.least(2)
    expect(moved).to.deep.equal(moved.toSorted((one, other) => one - other))
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

import { expect } from 'chai'
import { accessibilityFaults, keepScreenshot, lookAt, overflowOf, type Look } from '../test/browser/browser.ts'
import { apis, views } from '../test/console/every-view.ts'
import { describePage } from '../test/console/page-under-test.ts'

const looks: readonly Look[] = [360, 820, 1280].flatMap((width) =>
  (['light', 'dark'] as const).map((scheme) => ({ width, scheme })),
)

describePage('every view of the console, in each size and in either light', (at) => {
  for (const [name, { hash, ready, open, unfold }] of Object.entries(views))
    it(name, async () => {
      const { page } = at()
      at().apis = apis
      await page.goto(`/${hash}`)
      await page.locator(ready).first().waitFor()
      if (open !== undefined) await page.getByRole('button', { name: open, exact: true }).first().click()
      if (unfold !== undefined) await page.getByText(unfold, { exact: true }).first().click()
      for (const look of looks) {
        await lookAt(page, look)
        const of = `${look.width}-${look.scheme}`
        await keepScreenshot(page, `every-${name}-${of}`)
        expect(await accessibilityFaults(page), of).to.deep.equal([])
        expect(await overflowOf(page), of).to.be.at.most(0)
      }
    })

  it('signing in, for the first time and again', async () => {
    const { page } = at()
    at().apis = { ...apis, '/api/read/v1/orders': () => ({ status: 401, body: {} }) }
    await page.goto('/')
    await page.getByRole('heading', { name: 'Sign in again' }).waitFor()
    for (const look of looks) {
      await lookAt(page, look)
      await keepScreenshot(page, `every-sign-in-again-${look.width}-${look.scheme}`)
      expect(await accessibilityFaults(page), JSON.stringify(look)).to.deep.equal([])
      expect(await overflowOf(page)).to.be.at.most(0)
    }
  })
})

import { expect } from 'chai'
import { says, type At } from './console-in-browser.ts'

export const streamsInConsole = (at: At): void => {
  it('shows a stream as it grows, a page at a time; what is personal only to who asks', async () => {
    const { running, page, button, tea } = at()
    await page.goto('/#/streams/%24all')
    await says(page.locator('.state'), 'Live')
    await button('Pause').click()
    await says(page.locator('.state'), 'Paused')
    await button('Go on').click()
    await says(page.locator('.state'), 'Live')
    const orderId = await running.client.place('sina', 'stream', tea())
    const row = page
      .getByRole('row')
      .filter({ hasText: `order-${orderId}` })
      .filter({ hasText: 'Order placed' })
    await row.getByRole('button').click()
    const dialog = page.getByRole('dialog')
    await says(dialog, /"shipTo": "•••"/)
    expect(await dialog.textContent()).not.to.contain('Lindenweg')
    await dialog.getByRole('button', { name: 'Show it (this is logged)' }).click()
    await says(dialog, 'Lindenweg')
    await button('Close').click()
    await page.goto('/#/streams/%24all?direction=forwards&from=start')
    await page.getByRole('link', { name: 'Newer' }).click()
    await page.getByRole('link', { name: 'Older' }).click()
    await says(page.getByRole('table'), 'Order')
  })
}

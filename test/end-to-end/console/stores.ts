import { keepScreenshot } from '../../browser/browser.ts'
import { says, type At } from './console-in-browser.ts'

export const storesInConsole = (at: At): void => {
  it('says that a store is away, and goes on when it is back', async () => {
    const { running, page, tea } = at()
    await page.goto('/#/streams/%24all')
    await says(page.locator('.state'), 'Live')
    await running.shop.child('event-store')?.stop()
    await says(page.locator('.state.away'), 'The event store is away. What is shown is what was there before.')
    await keepScreenshot(page, 'store-away')
    running.shop.child('event-store')?.start()
    await running.shop.untilReady()
    await says(page.locator('.state'), 'Live')
    const orderId = await running.client.place('wilma', 'back', tea())
    await says(page.getByRole('table'), `order-${orderId}`)
  })

  it('says that the database is away, and goes on when it is back', async () => {
    const { running, page, toDatabase, tea } = at()
    await page.goto('/#/orders')
    await says(page.locator('.state'), 'Live')
    await toDatabase.refuse()
    await page.locator('.state.away').waitFor()
    await keepScreenshot(page, 'database-away')
    await page.goto('/#/health')
    await says(
      page.getByRole('region', { name: 'Stores' }).getByRole('listitem').filter({ hasText: 'Database' }),
      'Away',
    )
    await keepScreenshot(page, 'health-database-away')
    await page.goto('/#/orders')
    await page.locator('.state.away').waitFor()
    await toDatabase.accept()
    await running.shop.untilReady()
    await says(page.locator('.state'), 'Live')
    const orderId = await running.client.place('dina', 'database', tea())
    await page.locator(`a[href="#/orders/${orderId}"]`).waitFor()
  })
}

import { orderAt, pageOf, projection } from '../test/console/answers.ts'
import { describePage } from '../test/console/page-under-test.ts'

describePage('read models that are behind, in the console', (at) => {
  it('says that the read model is behind, though the API answers and tells of no change', async () => {
    const { page } = at()
    const late = { caughtUp: false, lagSeconds: 125 }
    const away = page.locator('.state.away').getByText('The read model is 2 min 5 s behind')
    let models = [projection('orders')]
    at().apis = {
      '/api/read/v1/orders': () => pageOf(orderAt(1)),
      '/api/read/v1/projections': () => pageOf(...models),
      '/api/processors/v1/groups': () => pageOf(),
      '/api/processors/v1/breakers': () => pageOf(),
      '/api/processors/v1/follow-ups': () => ({ body: { role: 'active', reasons: [], openIntents: [] } }),
    }
    await page.goto('/')
    await page.getByRole('link', { name: orderAt(1).number }).waitFor()
    await page.locator('.state.live').waitFor()
    models = [projection('orders', late)]
    await away.waitFor()
    // Of an order that has not come so far it is the reason why there is none.
    await page.goto('/#/orders/none')
    await page.getByText('There is nothing under this address.').waitFor()
    await page.getByRole('alert').getByText('The read model is 2 min 5 s behind').waitFor()
    await page.goto('/#/health')
    await page.getByRole('region', { name: 'Read models' }).getByText('what it shows is 2 min 5 s old').waitFor()
  })

  it('shows how far the read models are while the process that builds them does not answer', async () => {
    const { page } = at()
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
    at().apis = {
      '/api/read/v1/projections': () => pageOf(projection('orders', { caughtUp: false, lagSeconds: 33 })),
    }
    await page.route('**/api/projections/v1/projections/orders/rebuild', async (route) => {
      await answered
      await route.fulfill({ json: { name: 'orders', state: 'none' } })
    })
    await page.goto('/#/projections')
    await page
      .getByRole('region', { name: /^orders/ })
      .getByText('33 s')
      .waitFor()
    answer()
    await page.getByRole('button', { name: 'Rebuild orders' }).waitFor()
  })
})

import { expect } from 'chai'
import { developmentToken } from '../../../embedded/shop/token.ts'
import { until } from '../../support/until.ts'
import { says, type At } from './console-in-browser.ts'

export const tokensInConsole = (at: At): void => {
  it('does nothing that the token of who asks may not do: each process looks at it itself', async () => {
    const { running, confirmed } = at()
    const { shop, client, token } = running
    const orderId = await confirmed('toni')
    const expired = developmentToken(shop.secrets, { sub: 'olga', role: 'operator', ttlSeconds: -60 })
    const asked = [
      ['GET', `/api/read/v1/stock`, undefined],
      ['GET', '/api/processors/v1/groups', undefined],
      ['POST', '/api/projections/v1/projections/stock/rebuild', {}],
      ['POST', `/api/command/v1/orders/${orderId}/ship`, { carrier: 'DHL', trackingNumber: 'T-9' }],
      ['GET', '/v1/streams', undefined],
    ] as const
    const answersTo = async (who: string | undefined) => {
      const answers: unknown[] = []
      for (const [method, path, body] of asked)
        answers.push((await client.call(method, shop.urls.console + path, who, body, { 'if-match': '"1"' })).status)
      return answers
    }
    expect(await answersTo(undefined)).to.deep.equal([401, 401, 401, 401, 401])
    expect(await answersTo(expired)).to.deep.equal([401, 401, 401, 401, 401])
    expect(await answersTo(token('toni', 'customer'))).to.deep.equal([403, 403, 403, 403, 403])
    expect(await answersTo(token('otto', 'operator'))).to.deep.equal([200, 200, 202, 200, 200])
    await client.orderThat(orderId, 'shipped', ({ status }) => status === 'shipped')
    const rebuild = `${shop.urls.console}/api/projections/v1/projections/stock/rebuild`
    await until('the table is built', async () => {
      const { body } = await client.call('GET', rebuild, token('otto', 'operator'))
      return body['state'] === 'done' ? true : undefined
    })
  })

  it('asks whose token has run out to sign in again, and keeps what they have typed', async () => {
    const { running, page, button, heading, confirmed } = at()
    const orderId = await confirmed('tilda')
    await page.goto(`/#/orders/${orderId}`)
    // So that it is the refund that finds the token expired, and not the next look at the order.
    await button('Pause').click()
    await button('Refund…').click()
    await page.getByLabel(/Amount/).fill('0.75')
    await page.getByLabel(/Reason/).fill('typed with care')
    const expired = developmentToken(running.shop.secrets, { sub: 'operator', role: 'operator', ttlSeconds: -60 })
    await page.evaluate(`sessionStorage.setItem('console-token', '${expired}')`)
    await button('Give it back').click()
    await heading('Sign in again').waitFor()
    await button('Sign in as operator').click()
    await says(page.getByRole('alert'), 'Nothing was done: your token is not taken any more.')
    await button('Give it back').click()
    await running.client.orderThat(orderId, 'refunded', ({ payment }) => payment.refunded.amount === 75)
  })
}

import { expect } from 'chai'
import { eur, idAt, orderAt, pageOf } from '../test/console/answers.ts'
import { describePage } from '../test/console/page-under-test.ts'
import { untilTrue } from '../test/support/until.ts'

const orderId = idAt(1)
const refused = { status: 401, body: { code: 'unauthorized', detail: 'The token has run out.' } }
const readable = {
  '/api/read/v1/orders': () => pageOf(orderAt(1)),
  [`/api/read/v1/orders/${orderId}`]: () => ({ body: orderAt(1) }),
  [`/api/read/v1/orders/${orderId}/timeline`]: () => pageOf(),
  '/api/processors/v1/dead-letters': () => pageOf(),
  '/sign-in': () => ({ body: { development: false } }),
}

describePage('signing in to the console', (at) => {
  const button = (name: string) => at().page.getByRole('button', { name, exact: true })
  const signInAs = async (subject: string) => {
    await at().page.getByLabel('Token of an operator').fill(at().tokenOf(subject))
    await button('Sign in with the token').click()
  }
  /** Olga has typed a refund, and her token is no longer taken when she sends it off. */
  const interrupted = async () => {
    const { page } = at()
    at().apis = { ...readable, [`/api/command/v1/orders/${orderId}/refunds`]: () => refused }
    await page.goto(`/#/orders/${orderId}`)
    await button('Refund…').click()
    await page.getByLabel(/Amount/).fill('1.25')
    await page.getByLabel(/Reason/).fill('one cup was broken')
    await button('Give it back').click()
    await page.getByRole('heading', { name: 'Sign in again' }).waitFor()
  }

  it('is asked of who has no token, and makes nobody an operator where tokens come from elsewhere', async () => {
    const { page } = at()
    await page.addInitScript('sessionStorage.clear()')
    at().apis = readable
    await page.goto('/')
    await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor()
    expect(await button('Sign in as operator').count()).to.equal(0)
    await signInAs('olga')
    await page.getByRole('link', { name: 'ORDER000001' }).waitFor()
  })

  it('is asked again when the token is no longer taken: what was typed is kept, and sent once it is', async () => {
    const { page, asked } = at()
    await interrupted()
    // All of it is covered until then, and nothing is asked for.
    const seen = await page.evaluate<string>('document.elementFromPoint(640, 430).closest("dialog").className')
    expect(seen).to.equal('cover')
    let given: unknown
    at().apis = {
      ...readable,
      [`/api/command/v1/orders/${orderId}/refunds`]: (_query, body) => {
        given = body
        return { status: 202, body: {} }
      },
    }
    await page.keyboard.press('Escape')
    await signInAs('olga')
    await page.getByText('Nothing was done: your token is not taken any more.').waitFor()
    expect(await page.evaluate('document.activeElement.textContent.trim()')).to.equal('Give it back')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(given).to.deep.include({ amount: eur(125), reason: 'one cup was broken' })
    expect(asked.filter((one) => one.startsWith('POST'))).to.have.length(2)
  })

  it('goes on telling what changes', async () => {
    const { page, followed } = at()
    at().apis = readable
    at().streams = { '/api/read/v1/orders': refused }
    await page.goto('/')
    await page.getByRole('heading', { name: 'Sign in again' }).waitFor()
    at().streams = {}
    expect(followed).to.have.length(1)
    await signInAs('olga')
    await page.locator('.state.live').waitFor()
    await untilTrue('the changes are followed again', () => followed.length === 2)
  })

  it('as somebody else shows nothing of what the first was at', async () => {
    const { page } = at()
    await interrupted()
    at().apis = readable
    await signInAs('otto')
    await page.getByText('otto').waitFor()
    await button('Refund…').waitFor()
    expect(await page.getByRole('dialog').count()).to.equal(0)
  })

  it('can be left: then nothing of it is kept', async () => {
    const { page } = at()
    await interrupted()
    await button('Leave it, and sign out').click()
    await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor()
    expect(await page.getByText('ORDER000001').count()).to.equal(0)
    expect(await page.getByRole('dialog').count()).to.equal(0)
  })
})

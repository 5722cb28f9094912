import { expect } from 'chai'
import { eur, happenedAt, idAt, orderAt, pageOf } from '../test/console/answers.ts'
import { describePage, type Answer } from '../test/console/page-under-test.ts'

const orderId = idAt(1)
const refunds = `/api/command/v1/orders/${orderId}/refunds`
const refunded = (second: number, type: string, refundId: string, amount?: number, data = {}) =>
  happenedAt(second, 'payment', type, {
    id: `${type} ${refundId}`,
    data: { refundId, ...(amount === undefined ? {} : eur(amount)), ...data },
  })

describePage('a refund that failed, in the console', (at) => {
  let events = [refunded(1, 'RefundRequested', 'one', 150), refunded(2, 'RefundFailed', 'one', undefined)]
  let posted: unknown[]
  /** What each command is answered, after the events that it leads to. */
  const shop = (commands: Readonly<Record<string, () => Answer>>): void => {
    posted = []
    at().apis = {
      [`/api/read/v1/orders/${orderId}`]: () => ({ body: orderAt(1) }),
      [`/api/read/v1/orders/${orderId}/timeline`]: () => pageOf(...events),
      '/api/processors/v1/dead-letters': () => pageOf(),
      ...Object.fromEntries(
        Object.entries(commands).map(([path, answer]) => [
          `${refunds}/${path}`,
          (_query: URLSearchParams, body: unknown) => {
            posted.push([path, body])
            return answer()
          },
        ]),
      ),
    }
  }
  const failed = [refunded(1, 'RefundRequested', 'one', 150), refunded(2, 'RefundFailed', 'one')]
  const accepted =
    (...led: readonly ReturnType<typeof refunded>[]) =>
    (): Answer => {
      events = [...events, ...led]
      return { status: 202, body: {} }
    }
  const refund = () =>
    at()
      .page.getByRole('region', { name: /^Money/ })
      .getByRole('listitem')
  const button = (name: string | RegExp) => refund().getByRole('button', { name })
  const question = (name: string) => at().page.getByRole('dialog', { name })
  const open = async () => {
    events = failed
    await at().page.goto(`/#/orders/${orderId}`)
    await refund().getByText('Failed').waitFor()
  }

  it('is settled by hand, once it was asked and a note says how', async () => {
    const { page } = at()
    shop({
      'one/settle': accepted(refunded(3, 'RefundSettledManually', 'one', undefined, { note: 'by bank transfer' })),
    })
    await open()
    await button(/^Settle…/).click()
    const dialog = question('Settle the refund of €1.50')
    await dialog.getByText('It counts as given back from now on').waitFor()
    await dialog.getByRole('button', { name: 'It is paid' }).click()
    // Without a note nothing is sent.
    expect(await page.evaluate('document.activeElement.name')).to.equal('note')
    expect(posted).to.deep.equal([])
    await dialog.getByLabel('Note').fill('  by bank transfer ')
    await dialog.getByRole('button', { name: 'It is paid' }).click()
    await refund().getByText('Settled by hand').waitFor()
    expect(posted).to.deep.equal([['one/settle', { note: 'by bank transfer' }]])
    expect(await refund().getByRole('button').count()).to.equal(0)
  })

  it('is withdrawn, which can still be tried again or settled, and not withdrawn twice', async () => {
    shop({
      'one/withdraw': accepted(refunded(3, 'RefundWithdrawn', 'one', undefined, { note: 'given twice' })),
      'one/retry': accepted(refunded(4, 'RefundRequested', 'one', 150)),
    })
    await open()
    await button(/^Withdraw…/).click()
    const dialog = question('Withdraw the refund of €1.50')
    await dialog.getByText('It counts as nothing given back').waitFor()
    await dialog.getByLabel('Note').fill('given twice')
    await dialog.getByRole('button', { name: 'Withdraw it' }).click()
    await refund().getByText('Withdrawn').waitFor()
    expect(await refund().getByRole('button').allInnerTexts()).to.have.length(2)
    await button(/^Try again…/).click()
    await question('Try the refund again').getByRole('button', { name: 'Ask again' }).click()
    await refund().getByText('Under way').waitFor()
    expect(posted).to.deep.equal([
      ['one/withdraw', { note: 'given twice' }],
      ['one/retry', {}],
    ])
    expect(await refund().getByRole('button').count()).to.equal(0)
  })

  it('stays what a colleague has made of it: the question says so, and has nothing left to try', async () => {
    shop({
      'one/withdraw': () => {
        events = [...events, refunded(3, 'RefundSettledManually', 'one')]
        return {
          status: 409,
          body: { code: 'refund_not_failed', detail: 'only a refund that has failed can be withdrawn' },
        }
      },
    })
    await open()
    await button(/^Withdraw…/).click()
    const dialog = question('Withdraw the refund of €1.50')
    await dialog.getByLabel('Note').fill('a mistake')
    await dialog.getByRole('button', { name: 'Withdraw it' }).click()
    await dialog.getByText('Nothing was done: only a refund that has failed can be withdrawn').waitFor()
    expect(await dialog.getByRole('button').allInnerTexts()).to.deep.equal(['Close'])
    await dialog.getByRole('button', { name: 'Close' }).click()
    await refund().getByText('Settled by hand').waitFor()
  })
})

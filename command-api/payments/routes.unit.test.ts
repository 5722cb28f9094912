import { expect } from 'chai'
import { commandApiUnderTest, type CommandApiUnderTest } from '../../test/specifications/command-api.ts'
import { orderId, placed } from '../../test/specifications/order-events.ts'
import {
  paymentRequested,
  paymentSucceeded,
  refundFailed,
  refundRequested,
} from '../../test/specifications/payment-events.ts'

const refundId = '44444444-4444-4444-8444-444444444444'
const refunds = `/v1/orders/${orderId}/refunds`
const refund = (amount: number, currency = 'EUR') => ({ refundId, amount: { amount, currency }, reason: 'goodwill' })

describe('refunds', () => {
  let shop: CommandApiUnderTest
  beforeEach(async () => {
    shop = commandApiUnderTest()
    await shop.happened(`order-${orderId}`, placed())
    await shop.happened(`payment-${orderId}`, paymentRequested(), paymentSucceeded())
  })
  const written = () => shop.stored().slice(3)

  it('gives back a part, once', async () => {
    const { body, headers } = await shop.operator.post(refunds, refund(500)).answers(202)
    const { position, ...rest } = body as { position: string }
    expect(rest).to.deep.equal({ orderId, refundId })
    expect(headers['event-position']).to.equal(position)
    await shop.operator.post(refunds, refund(500)).answers(202, body)
    await shop.operator.post(refunds, refund(501)).isRefused(409, 'refund_reused')
    expect(written()).to.deep.equal(['RefundRequested'])
  })

  it('never more than was paid, nor in another currency', async () => {
    await shop.operator.post(refunds, refund(5501)).isRefused(409, 'refund_exceeds_payment')
    await shop.operator.post(refunds, refund(1, 'JPY')).isRefused(409, 'refund_exceeds_payment')
    // A currency that is no more may have been paid in.
    await shop.operator.post(refunds, refund(1, 'BGN')).isRefused(409, 'refund_exceeds_payment')
    expect(written()).to.deep.equal([])
  })

  it('tries one again that failed, or notes how it was settled', async () => {
    await shop.happened(`payment-${orderId}`, refundRequested(), refundFailed())
    const { body } = await shop.operator.post(`${refunds}/full/retry`, {}).answers(202)
    await shop.operator.post(`${refunds}/full/retry`, {}).answers(202, body)
    expect(written()).to.deep.equal(['RefundRequested', 'RefundFailed', 'RefundRequested'])
    await shop.happened(`payment-${orderId}`, refundFailed({ attempt: 2 }))
    await shop.operator.post(`${refunds}/full/settle`, { note: 'by bank transfer' }).answers(202)
    expect(written().at(-1)).to.equal('RefundSettledManually')
  })

  it('knows no refund that nobody asked for', async () => {
    await shop.operator.post(`${refunds}/full/retry`, {}).isRefused(404, 'refund_not_found')
    await shop.operator.post(`${refunds}/full/settle`, { note: 'x' }).isRefused(404, 'refund_not_found')
  })

  it('refuses what is malformed', async () => {
    const refused = (path: string, body: unknown, ...paths: string[]) =>
      shop.operator.post(path, body).isRefused(400, 'invalid_request', paths)
    await refused(refunds, { ...refund(0), refundId: 'full' }, 'refundId', 'amount.amount')
    await refused(refunds, { ...refund(1), reason: '' }, 'reason')
    await refused(`${refunds}/full/settle`, {}, 'note')
    await refused(`${refunds}/a%20b/retry`, {}, 'refundId')
    expect(written()).to.deep.equal([])
  })
})

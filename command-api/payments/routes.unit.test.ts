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

  it('gives back by line what the lines cost, once, and never more of one than was ordered', async () => {
    const lines = (...asked: readonly { sku: string; quantity: number }[]) => ({
      refundId,
      lines: asked,
      reason: 'broken',
    })
    const cup = { sku: 'CUP', quantity: 1 }
    await shop.operator.post(refunds, lines(cup, { sku: 'POT', quantity: 1 }, cup)).answers(202)
    await shop.operator.post(refunds, lines({ sku: 'POT', quantity: 1 }, { sku: 'CUP', quantity: 2 })).answers(202)
    await shop.operator.post(refunds, lines(cup)).isRefused(409, 'refund_reused')
    const other = { ...lines(cup), refundId: '55555555-5555-4555-8555-555555555555' }
    await shop.operator.post(refunds, other).isRefused(409, 'refund_exceeds_line')
    await shop.operator
      .post(refunds, { ...other, lines: [{ sku: 'LID', quantity: 1 }] })
      .isRefused(409, 'refund_exceeds_line')
    expect(written()).to.deep.equal(['RefundRequested'])
    expect(shop.store.log.at(-1)?.data).to.deep.include({
      amount: 5500,
      lines: [
        { sku: 'CUP', quantity: 2, ordered: 2 },
        { sku: 'POT', quantity: 1, ordered: 1 },
      ],
    })
  })

  it('gives those that come at once no more of a line than there is', async () => {
    const asked = ['5', '6', '7'].map((digit) =>
      shop.operator
        .post(refunds, {
          refundId: `44444444-4444-4444-8444-44444444444${digit}`,
          lines: [{ sku: 'CUP', quantity: 1 }],
          reason: 'broken',
        })
        .answers(202),
    )
    const refused = (await Promise.allSettled(asked)).flatMap((answer) =>
      answer.status === 'rejected' ? [String(answer.reason)] : [],
    )
    expect(refused).to.have.length(1)
    expect(refused[0]).to.contain('409').and.to.contain('refund_exceeds_line')
    expect(written()).to.deep.equal(['RefundRequested', 'RefundRequested'])
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

  it('notes that one that failed is not owed any more, as long as it has not gone', async () => {
    await shop.happened(`payment-${orderId}`, refundRequested())
    const withdraw = () => shop.operator.post(`${refunds}/full/withdraw`, { note: 'given back by another' })
    await withdraw().isRefused(409, 'refund_not_failed')
    await shop.happened(`payment-${orderId}`, refundFailed())
    const { body } = await withdraw().answers(202)
    await withdraw().answers(202, body)
    expect(written()).to.deep.equal(['RefundRequested', 'RefundFailed', 'RefundWithdrawn'])
  })

  it('knows no refund that nobody asked for', async () => {
    await shop.operator.post(`${refunds}/full/withdraw`, { note: 'x' }).isRefused(404, 'refund_not_found')
    await shop.operator.post(`${refunds}/full/retry`, {}).isRefused(404, 'refund_not_found')
    await shop.operator.post(`${refunds}/full/settle`, { note: 'x' }).isRefused(404, 'refund_not_found')
  })

  it('refuses what is malformed', async () => {
    const refused = (path: string, body: unknown, ...paths: string[]) =>
      shop.operator.post(path, body).isRefused(400, 'invalid_request', paths)
    await refused(refunds, { ...refund(0), refundId: 'full' }, 'refundId', 'amount.amount')
    await refused(refunds, { ...refund(1), reason: '' }, 'reason')
    await refused(refunds, { ...refund(1), lines: [{ sku: 'CUP', quantity: 1 }] }, 'amount')
    await refused(refunds, { refundId, reason: 'neither' }, 'amount')
    await refused(refunds, { refundId, reason: 'x', lines: [] }, 'lines')
    await refused(refunds, { refundId, reason: 'x', lines: [{ sku: 'CUP', quantity: 0 }] }, 'lines.0.quantity')
    await refused(`${refunds}/full/settle`, {}, 'note')
    await refused(`${refunds}/full/withdraw`, {}, 'note')
    await refused(`${refunds}/a%20b/retry`, {}, 'refundId')
    expect(written()).to.deep.equal([])
  })
})

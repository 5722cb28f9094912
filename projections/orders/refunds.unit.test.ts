import type { RefundStatus } from '../../domain/payments/state.ts'
import { charge, ordersSpecification } from '../../test/specifications/orders-row.ts'
import * as payments from '../../test/specifications/payment-events.ts'

const { paymentRequested, paymentSucceeded, refundRequested, refundSucceeded, refundFailed } = payments

describe('the orders read model', () => {
  const { after } = ordersSpecification()

  describe('what was given back', () => {
    const paid = [paymentRequested(), paymentSucceeded()] as const
    const refund = (status: RefundStatus, attempt = 1, amount = 5500, duplicate = false) => ({
      attempt,
      amount,
      status,
      duplicate,
    })
    const row = { paymentStatus: 'succeeded' as const, providerPaymentId: 'pp-1', charge }

    const failed = { attention: ['refund_failed'] } as const
    after(...paid, refundRequested()).row({ ...row, refunds: { full: refund('requested') } }, 'nothing given back yet')
    after(...paid, refundRequested(), refundSucceeded()).row(
      { ...row, refunds: { full: refund('succeeded') }, refunded: 5500 },
      '55.00',
    )
    after(...paid, refundRequested(), refundFailed()).row(
      { ...row, refunds: { full: refund('failed') }, ...failed },
      'nothing',
    )
    after(...paid, refundRequested(), refundSucceeded(), refundFailed()).row(
      { ...row, refunds: { full: refund('failed') }, ...failed },
      'it failed after all',
    )
    after(...paid, refundRequested(), refundFailed(), refundRequested({ attempt: 2 })).row(
      { ...row, refunds: { full: refund('requested', 2) } },
      'tried again',
    )
    after(
      ...paid,
      refundRequested(),
      refundFailed(),
      refundRequested({ attempt: 2 }),
      refundSucceeded(),
    ).changesNothing()
    after(
      ...paid,
      refundRequested(),
      refundFailed(),
      refundRequested({ attempt: 2 }),
      refundSucceeded({ attempt: 2 }),
    ).row({ ...row, refunds: { full: refund('succeeded', 2) }, refunded: 5500 }, 'the second attempt')
    after(...paid, refundRequested(), refundFailed(), payments.refundSettledManually()).row(
      { ...row, refunds: { full: refund('settled') }, refunded: 5500 },
      'settled by hand',
    )
    after(...paid, refundRequested(), payments.refundSettledManually()).changesNothing()
    after(...paid, refundRequested(), refundFailed(), payments.refundWithdrawn()).row(
      { ...row, refunds: { full: refund('withdrawn') } },
      'it is not owed any more',
    )
    after(...paid, refundRequested(), payments.refundWithdrawn()).changesNothing()
    after(
      ...paid,
      refundRequested({ refundId: 'r-1', amount: 1000 }),
      refundSucceeded({ refundId: 'r-1', amount: 1000 }),
    ).row({ ...row, refunds: { 'r-1': refund('succeeded', 1, 1000) }, refunded: 1000 }, 'in part')
    const ofLines = { refundId: 'r-1', amount: 1250, lines: [{ sku: 'CUP', quantity: 1, ordered: 2 }] }
    const byLine = (status: 'requested' | 'succeeded' | 'failed') => ({
      ...refund(status, 1, 1250),
      lines: ofLines.lines,
    })
    after(...paid, refundRequested(ofLines)).row({ ...row, refunds: { 'r-1': byLine('requested') } }, 'no line yet')
    after(...paid, refundRequested(ofLines), refundSucceeded({ refundId: 'r-1', amount: 1250 })).row(
      {
        ...row,
        refunds: { 'r-1': byLine('succeeded') },
        refunded: 1250,
        refundedLines: [{ sku: 'CUP', quantity: 1 }],
      },
      'one of a line',
    )
    after(
      ...paid,
      refundRequested(ofLines),
      refundSucceeded({ refundId: 'r-1', amount: 1250 }),
      refundFailed({ refundId: 'r-1' }),
    ).row({ ...row, refunds: { 'r-1': byLine('failed') }, ...failed }, 'the line is not given back after all')
    const ofDuplicate = { refundId: 'duplicate-pp-2', providerPaymentId: 'pp-2' }
    after(
      ...paid,
      payments.duplicateChargeDetected(),
      refundRequested(ofDuplicate),
      refundSucceeded({ refundId: 'duplicate-pp-2' }),
    ).row(
      {
        ...row,
        refunds: { 'duplicate-pp-2': refund('succeeded', 1, 5500, true) },
        duplicateCharges: [{ providerPaymentId: 'pp-2', ...charge, refund: 'succeeded' }],
      },
      'a duplicate charge given back does not count',
    )
    after(...paid, refundSucceeded()).changesNothing()
    after(...paid, refundFailed()).changesNothing()
  })
})

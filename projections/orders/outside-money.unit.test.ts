import { charge, ordersSpecification } from '../../test/specifications/orders-row.ts'
import * as payments from '../../test/specifications/payment-events.ts'

const { paymentRequested, paymentSucceeded, refundRequested, refundSucceeded } = payments

describe('the orders read model', () => {
  const { after } = ordersSpecification()

  describe('what moved without us', () => {
    const { externalRefundRecorded, externalRefundFailed, disputeOpened, disputeLost, disputeWon } = payments
    const paid = [paymentRequested(), paymentSucceeded()] as const
    const row = { paymentStatus: 'succeeded' as const, providerPaymentId: 'pp-1', charge }
    const moved = { providerPaymentId: 'pp-1', currency: 'EUR' }
    const refunds = (status: 'succeeded' | 'failed', changes: object = {}) => ({
      outside: { refunds: [{ ...moved, providerRefundId: 'pr-9', amount: 2000, status, ...changes }], disputes: [] },
    })
    const dispute = (status: 'open' | 'lost' | 'won') => ({
      outside: { refunds: [], disputes: [{ ...moved, providerDisputeId: 'dp-1', amount: 5500, status }] },
    })

    after(...paid, externalRefundRecorded()).row({ ...row, ...refunds('succeeded'), refunded: 2000 }, '20.00')
    after(...paid, externalRefundRecorded(), externalRefundFailed()).row(
      { ...row, ...refunds('failed') },
      'nothing: it failed after all',
    )
    after(...paid, externalRefundFailed(), externalRefundRecorded()).changesNothing()
    after(paymentRequested(), externalRefundRecorded(), paymentSucceeded()).row(
      { ...row, ...refunds('succeeded'), refunded: 2000 },
      'told of before the charge',
    )
    after(...paid, externalRefundRecorded({ providerPaymentId: 'pp-2' })).row(
      { ...row, ...refunds('succeeded', { providerPaymentId: 'pp-2' }) },
      'of another charge: does not count',
    )
    after(
      ...paid,
      refundRequested({ amount: 2000 }),
      externalRefundRecorded({ providerRefundId: 'pr-1' }),
      refundSucceeded({ amount: 2000 }),
    ).row(
      {
        ...row,
        refunds: { full: { attempt: 1, amount: 2000, status: 'succeeded', duplicate: false } },
        refunded: 2000,
      },
      'one of ours after all, counted once',
    )
    after(...paid, disputeOpened()).row({
      ...row,
      ...dispute('open'),
      disputeStatus: 'open',
      attention: ['payment_disputed'],
    })
    after(...paid, disputeOpened(), disputeLost()).row({
      ...row,
      ...dispute('lost'),
      disputeStatus: 'lost',
      chargedBack: 5500,
      attention: ['dispute_lost'],
    })
    after(...paid, disputeLost(), disputeWon()).row({ ...row, ...dispute('won'), disputeStatus: 'won' })
    after(...paid, disputeWon(), disputeOpened()).changesNothing()
    after(...paid, disputeWon(), disputeLost()).changesNothing()
  })
})

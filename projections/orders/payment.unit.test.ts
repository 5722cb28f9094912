import * as payments from '../../test/specifications/payment-events.ts'
import { charge, ordersSpecification } from '../../test/specifications/orders-row.ts'

const { paymentRequested, paymentSucceeded, paymentFailed, paymentVoided } = payments

describe('the orders read model', () => {
  const { after } = ordersSpecification()

  describe('its payment', () => {
    const url = 'http://provider.example/confirm'
    after(paymentRequested()).row({ paymentStatus: 'requested' })
    after(paymentRequested(), payments.paymentActionRequired()).row({
      paymentStatus: 'action_required',
      paymentActionUrl: url,
    })
    after(payments.paymentActionRequired()).changesNothing()
    after(paymentRequested(), payments.paymentOutcomeUnknown()).row({ paymentStatus: 'unknown' })
    after(paymentRequested(), payments.paymentActionRequired(), payments.paymentOutcomeUnknown()).row(
      { paymentStatus: 'unknown', paymentActionUrl: url },
      'the address to confirm stays',
    )
    after(payments.paymentOutcomeUnknown()).changesNothing()
    after(paymentRequested(), payments.paymentActionRequired(), paymentSucceeded()).row(
      { paymentStatus: 'succeeded', providerPaymentId: 'pp-1', charge },
      'the address to confirm is gone',
    )
    after(paymentRequested(), paymentFailed()).row({ paymentStatus: 'failed' })
    after(paymentRequested(), paymentFailed(), paymentSucceeded()).row({
      paymentStatus: 'succeeded',
      providerPaymentId: 'pp-1',
      charge,
    })
    after(paymentVoided()).row({ paymentStatus: 'voided' })
    after(paymentRequested(), paymentVoided()).row({ paymentStatus: 'voided' })
    after(paymentRequested(), paymentVoided(), paymentFailed()).changesNothing()
    after(paymentRequested(), paymentSucceeded(), paymentVoided()).changesNothing()
    after(paymentRequested(), paymentSucceeded(), paymentFailed()).changesNothing()
    after(paymentRequested(), payments.paymentMismatchDetected()).row({
      paymentStatus: 'mismatch',
      providerPaymentId: 'pp-1',
      charge: { amount: 9900, currency: 'EUR' },
      attention: ['payment_mismatch'],
    })
    after(paymentRequested(), paymentSucceeded(), payments.paymentMismatchDetected()).changesNothing()
    const duplicate = { providerPaymentId: 'pp-2', ...charge }
    after(paymentRequested(), paymentSucceeded(), payments.duplicateChargeDetected()).row(
      {
        paymentStatus: 'succeeded',
        providerPaymentId: 'pp-1',
        charge,
        duplicateCharges: [{ ...duplicate, refund: null }],
        attention: ['duplicate_charge'],
      },
      'taken twice',
    )
    after(paymentRequested(), payments.duplicateChargeDetected()).changesNothing()
  })
})

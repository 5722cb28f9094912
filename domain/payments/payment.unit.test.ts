import { inEveryState, specificationOf } from '../../test/specifications/decider.ts'
import { orderId, paymentId } from '../../test/specifications/order-events.ts'
import {
  duplicateChargeDetected,
  paymentActionRequired,
  paymentFailed,
  paymentMismatchDetected,
  paymentOutcomeUnknown,
  paymentRequested,
  paymentSucceeded,
  paymentVoided,
  refundFailed,
  refundRequested,
  refundSucceeded,
} from '../../test/specifications/payment-events.ts'
import type { PaymentCommand, ProviderOutcome } from './commands.ts'
import { paymentDecider } from './payment.ts'

const { given } = specificationOf(paymentDecider)

const everyState = inEveryState(paymentDecider, {
  none: [],
  requested: [paymentRequested()],
  'action required': [paymentRequested(), paymentActionRequired()],
  unknown: [paymentRequested(), paymentOutcomeUnknown()],
  'unknown after action required': [paymentRequested(), paymentActionRequired(), paymentOutcomeUnknown()],
  'action required after unknown': [paymentRequested(), paymentOutcomeUnknown(), paymentActionRequired()],
  failed: [paymentRequested(), paymentFailed()],
  'voided, never requested': [paymentVoided()],
  'voided, request open': [paymentRequested(), paymentVoided()],
  'voided, request answered': [paymentRequested(), paymentVoided(), paymentFailed('cancelled')],
  'voided after it failed': [paymentRequested(), paymentFailed(), paymentVoided()],
  succeeded: [paymentRequested(), paymentSucceeded()],
  'succeeded, given back': [paymentRequested(), paymentSucceeded(), refundRequested(), refundSucceeded()],
  'succeeded, refund failed': [paymentRequested(), paymentSucceeded(), refundRequested(), refundFailed()],
  mismatch: [paymentRequested(), paymentMismatchDetected()],
})

const nowhere = {
  none: [],
  requested: [],
  'action required': [],
  unknown: [],
  'unknown after action required': [],
  'action required after unknown': [],
  failed: [],
  'voided, never requested': [],
  'voided, request open': [],
  'voided, request answered': [],
  'voided after it failed': [],
  succeeded: [],
  'succeeded, given back': [],
  'succeeded, refund failed': [],
  mismatch: [],
} as const

const requestPayment = (closed: boolean): PaymentCommand => ({
  type: 'RequestPayment',
  orderId,
  paymentId,
  order: { amount: 5500, currency: 'EUR', method: 'card-ok', closed },
})
const outcome = (said: ProviderOutcome): PaymentCommand => ({
  type: 'RecordPaymentOutcome',
  orderId,
  paymentId,
  outcome: said,
})
const succeeded = (providerPaymentId = 'pp-1', amount = 5500, currency = 'EUR'): PaymentCommand =>
  outcome({ kind: 'succeeded', providerPaymentId, amount, currency })
const voidOrRefund: PaymentCommand = { type: 'VoidOrRefund', orderId, reason: 'order_cancelled' }

describe('a payment: RequestPayment', () => {
  describe('of an open order', () => {
    everyState(requestPayment(false), { ...nowhere, none: [paymentRequested()] })
  })
  describe('of an order that is closed by now', () => {
    everyState(requestPayment(true), { ...nowhere, none: [paymentVoided('order_closed')] })
  })
})

describe('a payment: the provider says succeeded', () => {
  everyState(succeeded(), {
    none: 'payment_not_found',
    requested: [paymentSucceeded()],
    'action required': [paymentSucceeded()],
    unknown: [paymentSucceeded()],
    'unknown after action required': [paymentSucceeded()],
    'action required after unknown': [paymentSucceeded()],
    failed: [paymentSucceeded()],
    'voided, never requested': [paymentSucceeded(), refundRequested()],
    'voided, request open': [paymentSucceeded(), refundRequested()],
    'voided, request answered': [paymentSucceeded(), refundRequested()],
    'voided after it failed': [paymentSucceeded(), refundRequested()],
    succeeded: [],
    'succeeded, given back': [],
    'succeeded, refund failed': [],
    mismatch: [],
  })

  describe('of a second charge', () => {
    const duplicate = [
      duplicateChargeDetected(),
      refundRequested({ refundId: 'duplicate-pp-2', providerPaymentId: 'pp-2', reason: 'duplicate_charge' }),
    ]
    const first = paymentSucceeded('pp-2')
    const givenBack = [first, refundRequested({ providerPaymentId: 'pp-2' })]
    everyState(succeeded('pp-2'), {
      none: 'payment_not_found',
      requested: [first],
      'action required': [first],
      unknown: [first],
      'unknown after action required': [first],
      'action required after unknown': [first],
      failed: [first],
      'voided, never requested': givenBack,
      'voided, request open': givenBack,
      'voided, request answered': givenBack,
      'voided after it failed': givenBack,
      succeeded: duplicate,
      'succeeded, given back': duplicate,
      'succeeded, refund failed': duplicate,
      mismatch: duplicate,
    })
  })

  describe("of an amount that is not the order's", () => {
    const mismatch = [paymentMismatchDetected(9900)]
    everyState(succeeded('pp-1', 9900), {
      none: 'payment_not_found',
      requested: mismatch,
      'action required': mismatch,
      unknown: mismatch,
      'unknown after action required': mismatch,
      'action required after unknown': mismatch,
      failed: mismatch,
      // Without a request there is no amount to differ from: all that was taken goes back.
      'voided, never requested': [{ ...paymentSucceeded(), amount: 9900 }, refundRequested({ amount: 9900 })],
      'voided, request open': mismatch,
      'voided, request answered': mismatch,
      'voided after it failed': mismatch,
      succeeded: [],
      'succeeded, given back': [],
      'succeeded, refund failed': [],
      mismatch: [],
    })
  })

  it("of a currency that is not the order's: a mismatch", () => {
    given(paymentRequested())
      .when(succeeded('pp-1', 5500, 'USD'))
      .then({ ...paymentMismatchDetected(5500), currency: 'USD' })
  })

  it('of a charge of nothing for a closed order: there is nothing to give back', () => {
    given({ ...paymentRequested(), amount: 0 }, paymentVoided())
      .when(succeeded('pp-1', 0))
      .then({ ...paymentSucceeded(), amount: 0 })
  })
})

describe('a payment: the provider says failed', () => {
  everyState(outcome({ kind: 'failed', code: 'card_declined' }), {
    ...nowhere,
    requested: [paymentFailed()],
    'action required': [paymentFailed()],
    unknown: [paymentFailed()],
    'unknown after action required': [paymentFailed()],
    'action required after unknown': [paymentFailed()],
    'voided, request open': [paymentFailed()],
  })
})

describe('a payment: the provider waits for the customer', () => {
  everyState(outcome({ kind: 'action_required', url: 'http://provider.example/confirm' }), {
    ...nowhere,
    requested: [paymentActionRequired()],
    unknown: [paymentActionRequired()],
  })
})

describe('a payment: nobody knows what came of it', () => {
  everyState(outcome({ kind: 'unknown' }), {
    ...nowhere,
    requested: [paymentOutcomeUnknown()],
    'action required': [paymentOutcomeUnknown()],
  })
})

describe('a payment: VoidOrRefund', () => {
  everyState(voidOrRefund, {
    ...nowhere,
    none: [paymentVoided()],
    requested: [paymentVoided()],
    'action required': [paymentVoided()],
    unknown: [paymentVoided()],
    'unknown after action required': [paymentVoided()],
    'action required after unknown': [paymentVoided()],
    failed: [paymentVoided()],
    succeeded: [refundRequested()],
  })

  it('gives back what an operator has not given back yet', () => {
    given(paymentRequested(), paymentSucceeded(), refundRequested({ refundId: 'r-1', amount: 1500 }))
      .when(voidOrRefund)
      .then(refundRequested({ amount: 4000 }))
  })

  it('a refund that failed counts as not given back', () => {
    given(
      paymentRequested(),
      paymentSucceeded(),
      refundRequested({ refundId: 'r-1', amount: 1500 }),
      refundFailed({ refundId: 'r-1' }),
    )
      .when(voidOrRefund)
      .then(refundRequested())
  })

  it('nothing is left: nothing to do', () => {
    given(paymentRequested(), paymentSucceeded(), refundRequested({ refundId: 'r-1' }))
      .when(voidOrRefund)
      .thenNothing()
  })
})

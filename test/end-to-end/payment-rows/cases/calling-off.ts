import type { PaymentCase } from '../payment-case.ts'

/** Orders that are closed before they are paid. */
export const callingOff: readonly PaymentCase[] = [
  {
    says: 'is never asked for where there is no stock',
    card: 'pm_card_visa',
    dies: [],
    play: (order) => order.place([{ sku: 'ROW-NONE', quantity: 1 }]),
    stream: ['PaymentVoided order_rejected'],
    ends: 'rejected',
  },
  {
    says: 'is called off while its customer is asked',
    card: 'pm_card_authenticationRequired',
    dies: [{ call: 'cancel payment' }],
    webhooksLate: 'payment',
    async play(order) {
      await order.place()
      await order.until('PaymentActionRequired')
      await order.cancel()
    },
    stream: [
      'PaymentRequested 2000',
      'PaymentActionRequired',
      'PaymentVoided order_cancelled',
      'PaymentFailed cancelled',
    ],
    ends: 'cancelled',
  },
  {
    says: 'is called off while it is asked for, and would wait for its customer',
    card: 'pm_card_authenticationRequired',
    dies: [{ call: 'create payment' }, { call: 'cancel payment' }],
    webhooksLate: 'payment',
    async play(order) {
      const call = order.held('create payment', 'arrived')
      await order.place()
      const held = await call
      await order.cancel()
      await order.until('PaymentVoided')
      await held.goOn()
    },
    stream: ['PaymentRequested 2000', 'PaymentVoided order_cancelled', 'PaymentFailed cancelled'],
    ends: 'cancelled',
  },
  {
    says: 'is called off while nobody knows what became of it, and was never made',
    card: 'pm_card_visa',
    dies: [],
    webhooksLate: 'payment',
    async play(order) {
      const first = order.held('create payment', 'arrived')
      const second = order.held('create payment', 'arrived', { after: 1 })
      await order.place()
      ;(await first).cut()
      await order.until('PaymentOutcomeUnknown')
      const held = await second
      await order.cancel()
      await order.until('PaymentVoided')
      held.cut()
    },
    stream: [
      'PaymentRequested 2000',
      'PaymentOutcomeUnknown',
      'PaymentVoided order_cancelled',
      'PaymentFailed cancelled',
    ],
    ends: 'cancelled',
  },
  {
    says: 'is called off in the dashboard',
    card: 'pm_card_authenticationRequired',
    dies: [],
    async play(order) {
      await order.place()
      await order.until('PaymentActionRequired')
      order.cancelInDashboard()
    },
    stream: [
      'PaymentRequested 2000',
      'PaymentActionRequired',
      'PaymentFailed cancelled',
      'PaymentVoided order_rejected',
    ],
    ends: 'rejected',
  },
]

const goesBack = ['RefundRequested full/1 2000', 'RefundSucceeded full/1 2000'] as const

/** Money that comes for an order that does not want it any more. */
export const lateMoney: readonly PaymentCase[] = [
  {
    says: 'goes back when its order is cancelled after it was paid',
    card: 'pm_card_visa',
    dies: [{ call: 'create refund' }],
    webhooksLate: 'refund',
    async play(order) {
      await order.place()
      await order.until('OrderConfirmed')
      await order.cancel()
    },
    stream: ['PaymentRequested 2000', 'PaymentSucceeded 2000', ...goesBack],
    ends: 'cancelled',
  },
  {
    says: 'comes while it is called off, and goes back',
    card: 'pm_card_visa',
    dies: [{ call: 'create payment' }, { call: 'create refund' }],
    webhooksLate: 'payment',
    async play(order) {
      const call = order.held('create payment', 'arrived')
      await order.place()
      const held = await call
      await order.cancel()
      await order.until('PaymentVoided')
      await held.goOn()
      await order.until('LatePaymentDetected')
    },
    stream: ['PaymentRequested 2000', 'PaymentVoided order_cancelled', 'PaymentSucceeded 2000', ...goesBack],
    ends: 'cancelled',
  },
  {
    says: 'comes right before it is called off at Stripe, and goes back',
    card: 'pm_card_authenticationRequired',
    dies: [{ call: 'cancel payment' }, { call: 'retrieve payment' }, { call: 'create refund' }],
    webhooksLate: 'payment',
    async play(order) {
      const call = order.held('cancel payment', 'arrived')
      await order.place()
      await order.until('PaymentActionRequired')
      await order.cancel()
      const held = await call
      order.pay()
      await held.goOn()
      await order.until('LatePaymentDetected')
    },
    stream: [
      'PaymentRequested 2000',
      'PaymentActionRequired',
      'PaymentVoided order_cancelled',
      'PaymentSucceeded 2000',
      ...goesBack,
    ],
    ends: 'cancelled',
  },
  {
    says: 'comes by another card when its order was rejected, and goes back',
    card: 'pm_card_visa_chargeDeclined',
    dies: [{ call: 'create refund' }],
    webhooksLate: 'refund',
    async play(order) {
      await order.place()
      await order.until('PaymentVoided')
      order.pay()
      await order.until('LatePaymentDetected')
    },
    stream: [
      'PaymentRequested 2000',
      'PaymentFailed card_declined',
      'PaymentVoided order_rejected',
      'PaymentSucceeded 2000',
      ...goesBack,
    ],
    ends: 'rejected',
  },
]

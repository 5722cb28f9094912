import type { PaymentCase } from '../payment-case.ts'
import type { Scene } from '../scene.ts'

/** What an operator does about it: gives it back, and the customer cancels the order. */
const sentBack = async (order: Scene): Promise<void> => {
  await order.until('PaymentMismatchDetected')
  await order.operator.refund('back', 700)
  await order.until('RefundSucceeded')
  await order.cancel()
}
const mismatch = ['PaymentMismatchDetected 700', 'RefundRequested back/1 700', 'RefundSucceeded back/1 700'] as const

/** Money that is not what the order costs, or that is too much of it. */
export const wrongMoney: readonly PaymentCase[] = [
  {
    says: 'is another amount, of which the webhook tells',
    card: 'pm_card_authenticationRequired',
    dies: [{ call: 'create refund' }],
    webhooksLate: 'refund',
    async play(order) {
      await order.place()
      await order.until('PaymentActionRequired')
      order.pay(700)
      await sentBack(order)
    },
    stream: ['PaymentRequested 2000', 'PaymentActionRequired', ...mismatch],
    ends: 'cancelled',
  },
  {
    says: 'is another amount, told of before the call is answered',
    card: 'pm_card_authenticationRequired',
    dies: [],
    async play(order) {
      const call = order.held('create payment', 'performed')
      const goOn = order.holdBack(({ type }) => type === 'payment_intent.requires_action')
      await order.place()
      const held = await call
      order.pay(700)
      await order.until('PaymentMismatchDetected')
      await held.goOn()
      goOn()
      // By line, at the prices of the order: two of these would be more than came.
      const tea = (quantity: number) => [{ sku: 'ROW-TEA', quantity }]
      await order.operator.refundLines('lines', tea(2))
      await order.operator.refundLines('lines', tea(1))
      await order.until('RefundSucceeded')
      await order.operator.refund('back', 100)
      await order.until('RefundSucceeded', 2)
      await order.cancel()
    },
    stream: [
      'PaymentRequested 2000',
      'PaymentMismatchDetected 700',
      'RefundRequested lines/1 600',
      'RefundSucceeded lines/1 600',
      'RefundRequested back/1 100',
      'RefundSucceeded back/1 100',
    ],
    ends: 'cancelled',
  },
  {
    says: 'is another amount, found when nobody knew what had become of it',
    card: 'pm_card_authenticationRequired',
    dies: [],
    diesAtLookUp: true,
    webhooksLate: 'payment',
    async play(order) {
      const call = order.held('create payment', 'performed')
      await order.place()
      const held = await call
      order.pay(700)
      held.cut()
      await sentBack(order)
    },
    stream: ['PaymentRequested 2000', 'PaymentOutcomeUnknown', ...mismatch],
    ends: 'cancelled',
  },
  {
    says: 'is another amount, and too late',
    card: 'pm_card_authenticationRequired',
    dies: [{ call: 'cancel payment' }],
    webhooksLate: 'payment',
    async play(order) {
      const call = order.held('cancel payment', 'arrived')
      await order.place()
      await order.until('PaymentActionRequired')
      await order.cancel()
      const held = await call
      order.pay(700)
      await held.goOn()
      await order.until('PaymentMismatchDetected')
      await order.operator.refund('back', 700)
    },
    stream: ['PaymentRequested 2000', 'PaymentActionRequired', 'PaymentVoided order_cancelled', ...mismatch],
    ends: 'cancelled',
  },
  {
    says: 'comes twice, and goes back once',
    card: 'pm_card_visa',
    dies: [{ call: 'create refund' }],
    webhooksLate: 'refund',
    async play(order) {
      await order.place()
      await order.until('OrderConfirmed')
      order.anotherPayment()
    },
    stream: [
      'PaymentRequested 2000',
      'PaymentSucceeded 2000',
      'DuplicateChargeDetected 2000',
      'RefundRequested duplicate/1 2000',
      'RefundSucceeded duplicate/1 2000',
    ],
    ends: 'confirmed',
  },
  {
    says: 'is another amount, and comes a second time',
    card: 'pm_card_authenticationRequired',
    dies: [],
    async play(order) {
      await order.place()
      await order.until('PaymentActionRequired')
      order.pay(700)
      await order.until('PaymentMismatchDetected')
      order.anotherPayment()
      await order.until('RefundSucceeded')
      await order.operator.refund('back', 700)
      await order.until('RefundSucceeded', 2)
      await order.cancel()
    },
    stream: [
      'PaymentRequested 2000',
      'PaymentActionRequired',
      'PaymentMismatchDetected 700',
      'DuplicateChargeDetected 2000',
      'RefundRequested duplicate/1 2000',
      'RefundSucceeded duplicate/1 2000',
      'RefundRequested back/1 700',
      'RefundSucceeded back/1 700',
    ],
    ends: 'cancelled',
  },
  {
    says: 'is that of another payment, and is put before an operator',
    card: 'pm_card_visa',
    dies: [],
    async play(order) {
      await order.place()
      await order.until('OrderConfirmed')
      order.anotherPayment({ paymentId: order.orderId, strange: true })
      await order.operator.discard('foreign_payment')
    },
    stream: ['PaymentRequested 2000', 'PaymentSucceeded 2000'],
    ends: 'confirmed',
  },
  {
    says: 'is given back, and disputed, of another payment that names the order, and is put before an operator',
    card: 'pm_card_visa',
    dies: [],
    async play(order) {
      await order.place()
      await order.until('OrderConfirmed')
      const another = order.anotherPayment({ paymentId: order.orderId, strange: true })
      order.refundInDashboard(500, another)
      order.dispute('lost', another)
      // Of the charge, its refund, the dispute, and what was withdrawn for it.
      await order.operator.discard('foreign_payment', 4)
      for (const command of ['RecordToldRefund', 'RecordDispute']) order.saw(`${command} refused foreign_payment`)
    },
    stream: ['PaymentRequested 2000', 'PaymentSucceeded 2000'],
    ends: 'confirmed',
  },
]

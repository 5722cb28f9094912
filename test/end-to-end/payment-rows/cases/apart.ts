import type { OrderStatus } from '../../../../domain/orders/status.ts'
import { usualTotal } from '../goods.ts'
import type { Scene } from '../scene.ts'

/** In which order they run: none of them, then one alone after the other, then all. */
export const stages = ['nobody', 'inventory', 'payment', 'all'] as const
export type Stage = (typeof stages)[number]

/** Of a case in which one service is further than another, as where each is a process of its own. */
export type ApartCase = {
  readonly says: string
  readonly card: string
  readonly play: Readonly<Partial<Record<Stage, (order: Scene) => Promise<void>>>>
  readonly stream: readonly string[]
  readonly ends: OrderStatus
}

const reserved = async (order: Scene): Promise<void> => {
  await order.place()
  await order.until('InventoryReserved')
}

export const apart: readonly ApartCase[] = [
  {
    says: 'is not asked for when its order is closed by then',
    card: 'pm_card_visa',
    play: {
      async inventory(order) {
        await reserved(order)
        await order.cancel()
      },
      payment: (order) => order.until('PaymentVoided'),
    },
    stream: ['PaymentVoided order_closed'],
    ends: 'cancelled',
  },
  {
    says: 'comes by another card before its order has heard that the first was declined, and goes back',
    card: 'pm_card_visa_chargeDeclined',
    play: {
      inventory: reserved,
      async payment(order) {
        await order.until('PaymentFailed')
        order.pay()
        await order.until('PaymentSucceeded')
      },
      all: (order) => order.until('LatePaymentDetected'),
    },
    stream: [
      'PaymentRequested 2000',
      'PaymentFailed card_declined',
      'PaymentSucceeded 2000',
      'RefundRequested full/1 2000',
      'RefundSucceeded full/1 2000',
    ],
    ends: 'rejected',
  },
  {
    says: 'is another amount, by another card, before its order has heard that the first was declined',
    card: 'pm_card_visa_chargeDeclined',
    play: {
      inventory: reserved,
      async payment(order) {
        await order.until('PaymentFailed')
        order.pay(700)
        await order.until('PaymentMismatchDetected')
      },
      async all(order) {
        await order.until('OrderRejected')
        await order.operator.refund('back', 700)
      },
    },
    stream: [
      'PaymentRequested 2000',
      'PaymentFailed card_declined',
      'PaymentMismatchDetected 700',
      'RefundRequested back/1 700',
      'RefundSucceeded back/1 700',
    ],
    ends: 'rejected',
  },
  {
    says: 'is not asked for yet when money comes, goes and is disputed: an operator is told of each, and it is paid after that',
    card: 'pm_card_visa',
    play: {
      async nobody(order) {
        await order.place()
        order.anotherPayment({ strange: true })
        order.refundInDashboard(usualTotal)
        order.dispute('won')
        // Paid, given back (which is told of the refund and of the charge), disputed (of the dispute, and of what was withdrawn for it).
        await order.untilTold(5)
      },
      all: (order) => order.operator.discard('payment_not_found', 4),
    },
    stream: ['PaymentRequested 2000', 'PaymentSucceeded 2000'],
    ends: 'confirmed',
  },
]

import { orderDecider } from '../../domain/orders/order.ts'
import { inEveryState, specificationOf } from './decider.ts'
import {
  cancelled,
  confirmed,
  delayed,
  delivered,
  latePaymentDetected,
  notPaid,
  outOfStock,
  placed,
  shipped,
} from './order-events.ts'

export const { given } = specificationOf(orderDecider)

/** A command in every state that an order can be in. */
export const everyState = inEveryState(orderDecider, {
  new: [],
  placed: [placed()],
  delayed: [placed(), delayed()],
  confirmed: [placed(), confirmed()],
  shipped: [placed(), confirmed(), shipped()],
  delivered: [placed(), confirmed(), shipped(), delivered()],
  rejected: [placed(), outOfStock()],
  'rejected, late payment noted': [placed(), notPaid(), latePaymentDetected()],
  cancelled: [placed(), cancelled()],
  'cancelled, late payment noted': [placed(), cancelled('expired'), latePaymentDetected()],
  'cancelled after it was confirmed': [placed(), confirmed(), cancelled('operator')],
})

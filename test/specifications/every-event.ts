import type { ShopEvent } from '../../domain/registry.ts'
import {
  inventoryCommitted,
  inventoryReleased,
  inventoryReservationFailed,
  inventoryReserved,
  reservationStarted,
  stockAdjusted,
  stockCommitted,
  stockReceived,
  stockReleased,
  stockReserved,
} from './inventory-events.ts'
import { notificationFailed, notificationRequested, notificationSent } from './notification-events.ts'
import { cancelled, confirmed, delivered, latePaymentDetected, outOfStock, placed, shipped } from './order-events.ts'
import {
  duplicateChargeDetected,
  paymentActionRequired,
  paymentFailed,
  paymentMismatchDetected,
  paymentOutcomeUnknown,
  paymentRequested,
  paymentSucceeded,
  paymentVoided,
  providerEventReceived,
  refundFailed,
  refundRequested,
  refundSettledManually,
  refundSucceeded,
} from './payment-events.ts'
import { productAdded, productDiscontinued, productPriceChanged } from './product-events.ts'

type EveryEvent = { readonly [Type in ShopEvent['type']]: Extract<ShopEvent, { readonly type: Type }> }

/** One of each type in the registry; a type without one is a type error. */
export const everyEvent: EveryEvent = {
  OrderPlaced: placed(),
  OrderConfirmed: confirmed(),
  OrderRejected: outOfStock(),
  OrderCancelled: cancelled(),
  LatePaymentDetected: latePaymentDetected(),
  OrderShipped: shipped(),
  OrderDelivered: delivered(),
  ReservationStarted: reservationStarted(),
  InventoryReserved: inventoryReserved(),
  InventoryReservationFailed: inventoryReservationFailed(),
  InventoryReleased: inventoryReleased(),
  InventoryCommitted: inventoryCommitted(),
  StockReceived: stockReceived(5),
  StockAdjusted: stockAdjusted(1),
  StockReserved: stockReserved(2),
  StockReleased: stockReleased(2),
  StockCommitted: stockCommitted(2),
  PaymentRequested: paymentRequested(),
  PaymentActionRequired: paymentActionRequired(),
  PaymentSucceeded: paymentSucceeded(),
  PaymentFailed: paymentFailed(),
  PaymentOutcomeUnknown: paymentOutcomeUnknown(),
  PaymentVoided: paymentVoided(),
  PaymentMismatchDetected: paymentMismatchDetected(),
  DuplicateChargeDetected: duplicateChargeDetected(),
  RefundRequested: refundRequested(),
  RefundSucceeded: refundSucceeded(),
  RefundFailed: refundFailed(),
  RefundSettledManually: refundSettledManually(),
  PaymentProviderEventReceived: providerEventReceived(),
  NotificationRequested: notificationRequested(),
  NotificationSent: notificationSent(),
  NotificationFailed: notificationFailed(),
  ProductAdded: productAdded(),
  ProductPriceChanged: productPriceChanged(),
  ProductDiscontinued: productDiscontinued(),
}

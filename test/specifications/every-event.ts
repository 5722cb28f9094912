import type { ShopEvent } from '../../domain/registry.ts'
import * as inventory from './inventory-events.ts'
import * as notifications from './notification-events.ts'
import * as orders from './order-events.ts'
import * as payments from './payment-events.ts'
import * as products from './product-events.ts'

/** One event of every type, for lists of what changes nothing. */
export const oneOfEach: { readonly [Type in ShopEvent['type']]: Extract<ShopEvent, { readonly type: Type }> } = {
  OrderPlaced: orders.placed(),
  OrderConfirmed: orders.confirmed(),
  OrderRejected: orders.outOfStock(),
  OrderCancelled: orders.cancelled(),
  OrderDelayed: orders.delayed(),
  LatePaymentDetected: orders.latePaymentDetected(),
  ShipmentHeld: orders.shipmentHeld(),
  ShipmentReleased: orders.shipmentReleased(),
  OrderShipped: orders.shipped(),
  OrderDelivered: orders.delivered(),
  ReservationStarted: inventory.reservationStarted(),
  InventoryReserved: inventory.inventoryReserved(),
  InventoryReservationFailed: inventory.inventoryReservationFailed(),
  InventoryReleased: inventory.inventoryReleased(),
  InventoryCommitted: inventory.inventoryCommitted(),
  StockReceived: inventory.stockReceived(5),
  StockAdjusted: inventory.stockAdjusted(-1),
  StockReserved: inventory.stockReserved(2),
  StockReleased: inventory.stockReleased(2),
  StockCommitted: inventory.stockCommitted(2),
  PaymentRequested: payments.paymentRequested(),
  PaymentActionRequired: payments.paymentActionRequired(),
  PaymentSucceeded: payments.paymentSucceeded(),
  PaymentFailed: payments.paymentFailed(),
  PaymentOutcomeUnknown: payments.paymentOutcomeUnknown(),
  PaymentVoided: payments.paymentVoided(),
  PaymentMismatchDetected: payments.paymentMismatchDetected(),
  DuplicateChargeDetected: payments.duplicateChargeDetected(),
  RefundRequested: payments.refundRequested(),
  RefundSucceeded: payments.refundSucceeded(),
  RefundFailed: payments.refundFailed(),
  RefundSettledManually: payments.refundSettledManually(),
  ExternalRefundRecorded: payments.externalRefundRecorded(),
  ExternalRefundFailed: payments.externalRefundFailed(),
  DisputeOpened: payments.disputeOpened(),
  DisputeLost: payments.disputeLost(),
  DisputeWon: payments.disputeWon(),
  PaymentProviderEventReceived: payments.providerEventReceived({ orderId: orders.orderId }),
  NotificationRequested: notifications.notificationRequested(),
  NotificationSent: notifications.notificationSent(),
  NotificationFailed: notifications.notificationFailed(),
  ProductAdded: products.productAdded(),
  ProductPriceChanged: products.productPriceChanged(),
  ProductDiscontinued: products.productDiscontinued(),
}

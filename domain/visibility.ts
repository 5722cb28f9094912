import type { ShopEvent } from './registry.ts'

/**
 * Who may see something: the customer whose order it is (and operators), operators alone, or nobody who reads: it stands in the log
 * alone. The last are personal data, secrets of the system, and ids that say what the reader has asked by.
 */
export type Audience = 'customer' | 'operator' | 'log'

/** Who reads: what is for the log alone is shown to neither. */
export type Reader = Exclude<Audience, 'log'>

type OneEvent<Event> = readonly [
  seenBy: Reader,
  fields: { readonly [Field in Exclude<keyof Event, 'type'>]-?: Audience },
]

const [customer, operator, log] = ['customer', 'operator', 'log'] as const

const money = { amount: customer, currency: customer } as const
/** Ids of payments and refunds are the operators' business: theirs at the provider above all. */
const refund = { orderId: log, refundId: customer, attempt: operator } as const
const movedOutside = {
  orderId: log,
  providerPaymentId: operator,
  ...money,
  providerTime: operator,
  beforeCharge: operator,
} as const
const dispute = { ...movedOutside, providerDisputeId: operator, ofDuplicate: operator } as const
const held = { orderId: log, sku: customer, quantity: customer } as const
const notification = {
  orderId: log,
  key: operator,
  template: operator,
  channel: operator,
  causedBy: operator,
} as const
const product = { sku: customer, name: customer, price: customer, currency: customer } as const

/**
 * What of each event who may see, decided here and nowhere else: the timeline, an order's details and the messages to customers keep to
 * it. What an operator or the provider writes in their own words is for operators.
 */
export const visibility = {
  OrderPlaced: [
    customer,
    {
      orderId: log,
      number: customer,
      customerId: customer,
      lines: customer,
      total: customer,
      currency: customer,
      shipTo: log,
      contact: log,
      paymentMethod: customer,
      requestHash: log,
    },
  ],
  OrderConfirmed: [customer, { orderId: log, total: customer, currency: customer }],
  OrderRejected: [customer, { orderId: log, reason: customer, shortages: customer }],
  OrderCancelled: [customer, { orderId: log, reason: customer, note: operator }],
  LatePaymentDetected: [customer, { orderId: log, paymentId: operator }],
  ShipmentHeld: [customer, { orderId: log, providerDisputeId: operator }],
  ShipmentReleased: [customer, { orderId: log, providerDisputeId: operator }],
  OrderShipped: [customer, { orderId: log, carrier: customer, trackingNumber: customer }],
  OrderDelayed: [customer, { orderId: log, reason: customer }],
  OrderDelivered: [customer, { orderId: log }],

  ReservationStarted: [customer, { orderId: log, lines: customer }],
  InventoryReserved: [customer, { orderId: log, lines: customer }],
  InventoryReservationFailed: [customer, { orderId: log, shortages: customer }],
  InventoryReleased: [customer, { orderId: log, reason: customer }],
  InventoryCommitted: [customer, { orderId: log }],

  StockReceived: [operator, { sku: operator, quantity: operator, document: operator }],
  StockAdjusted: [operator, { sku: operator, adjustmentId: operator, delta: operator, reason: operator }],
  StockReserved: [customer, held],
  StockReleased: [customer, held],
  StockCommitted: [customer, held],

  PaymentRequested: [customer, { orderId: log, paymentId: operator, ...money, method: customer, idempotencyKey: log }],
  PaymentActionRequired: [customer, { orderId: log, paymentId: operator, url: customer }],
  PaymentSucceeded: [customer, { orderId: log, paymentId: operator, providerPaymentId: operator, ...money }],
  // One of our own words: what a provider says of a card is not always for whoever holds it.
  PaymentFailed: [customer, { orderId: log, paymentId: operator, code: customer }],
  PaymentOutcomeUnknown: [customer, { orderId: log, paymentId: operator }],
  PaymentVoided: [customer, { orderId: log, reason: customer }],
  PaymentMismatchDetected: [
    customer,
    { orderId: log, paymentId: operator, providerPaymentId: operator, captured: customer, currency: customer },
  ],
  DuplicateChargeDetected: [customer, { orderId: log, providerPaymentId: operator, ...money }],
  RefundRequested: [customer, { ...refund, ...money, lines: customer, providerPaymentId: operator, reason: operator }],
  RefundSucceeded: [customer, { ...refund, ...money, providerRefundId: operator, providerTime: operator }],
  // It stands in front of an operator then, who tries again or gives the money back some other way.
  RefundFailed: [operator, { ...refund, code: operator, providerTime: operator }],
  RefundSettledManually: [customer, { orderId: log, refundId: customer, note: operator }],
  // The customer was shown that it was asked for.
  RefundWithdrawn: [customer, { orderId: log, refundId: customer, note: operator }],
  ExternalRefundRecorded: [customer, { ...movedOutside, providerRefundId: operator }],
  ExternalRefundFailed: [customer, { ...movedOutside, providerRefundId: operator, code: operator }],
  DisputeOpened: [customer, dispute],
  DisputeLost: [customer, dispute],
  DisputeWon: [customer, dispute],
  PaymentProviderEventReceived: [
    operator,
    {
      provider: operator,
      providerEventId: operator,
      kind: operator,
      orderId: log,
      paymentId: operator,
      providerPaymentId: operator,
      amount: operator,
      currency: operator,
      code: operator,
      url: operator,
      refundId: operator,
      attempt: operator,
      providerRefundId: operator,
      providerDisputeId: operator,
      providerTime: operator,
    },
  ],

  // Messages to the operators are among them.
  NotificationRequested: [operator, { ...notification, insteadOf: operator }],
  NotificationSent: [operator, { ...notification, providerMessageId: operator }],
  NotificationFailed: [operator, { ...notification, reason: operator }],

  ProductAdded: [customer, product],
  ProductRenamed: [customer, { sku: customer, name: customer }],
  ProductPriceChanged: [customer, { sku: customer, price: customer, currency: customer }],
  ProductDiscontinued: [customer, { sku: customer }],
  ProductRelisted: [customer, product],
} as const satisfies { readonly [Type in ShopEvent['type']]: OneEvent<Extract<ShopEvent, { readonly type: Type }>> }

type Data = Readonly<Record<string, unknown>>

const seenBy: Readonly<Record<Reader, readonly Audience[]>> = {
  customer: ['customer'],
  operator: ['customer', 'operator'],
}

const lineOf = (type: string): readonly [Audience, Readonly<Record<string, Audience>>] | undefined =>
  Object.hasOwn(visibility, type) ? visibility[type as ShopEvent['type']] : undefined

/** What of an event its reader may see; undefined where not even that it happened. What is not in the table is seen by nobody. */
export const shownTo = (reader: Reader, type: string, data: Data): Data | undefined => {
  const [event, fields] = lineOf(type) ?? []
  if (event === undefined || fields === undefined || !seenBy[reader].includes(event)) return undefined
  return Object.fromEntries(
    Object.entries(data).filter(
      ([name, value]) =>
        value !== undefined && Object.hasOwn(fields, name) && seenBy[reader].includes(fields[name] ?? 'log'),
    ),
  )
}

/** Names of the shop's streams. A category holds no `-`: EventStoreDB cuts a stream's name at the first one. */
export const streams = {
  order: (orderId: string) => `order-${orderId}`,
  reservation: (orderId: string) => `reservation-${orderId}`,
  stock: (sku: string) => `stock-${sku}`,
  /** No category of the shop: states of `stock-{sku}`, nothing that happened. */
  stockSnapshot: (sku: string) => `stockSnapshot-${sku}`,
  payment: (orderId: string) => `payment-${orderId}`,
  paymentWebhook: (provider: string, eventId: string) => `paymentWebhook-${provider}_${eventId}`,
  notification: (orderId: string) => `notification-${orderId}`,
  product: (sku: string) => `product-${sku}`,
} as const

export const categories = [
  'order',
  'reservation',
  'stock',
  'payment',
  'paymentWebhook',
  'notification',
  'product',
] as const
export type Category = (typeof categories)[number]

/** The shop's category of a stream; undefined for every other stream in the store. */
export const categoryOf = (stream: string): Category | undefined => {
  const dash = stream.indexOf('-')
  const name = dash > 0 ? stream.slice(0, dash) : undefined
  return categories.find((category) => category === name)
}

/** What follows the category: an order id, a SKU. */
export const idOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1)

import { orderId, createShop, type Shop } from './shop.ts'
import { streams } from '../../domain/shared/streams.ts'

export const payment = streams.payment(orderId)
export const minute = 60_000

/** Up to the intent to charge, which nobody has seen yet. */
export const requested = async (): Promise<Shop> => {
  const shop = createShop()
  await shop.stock('A', 5)
  await shop.place({ A: 2 })
  await shop.run('inventory')
  await shop.deliver('payment', shop.last('InventoryReserved'))
  return shop
}

export const charge = (shop: Shop) => shop.deliver('payment', shop.last('PaymentRequested'))

/** By the customer, and the payment service knows. */
export const cancelled = async (shop: Shop): Promise<void> => {
  await shop.command({ type: 'CancelOrder', orderId, reason: 'customer' })
  await shop.deliver('payment', shop.last('OrderCancelled'))
}

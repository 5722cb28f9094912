import { paymentDecider } from '../../domain/payments/payment.ts'
import { paymentIdOf } from '../../domain/shared/ids.ts'
import { streams } from '../../domain/shared/streams.ts'
import { createShop, orderId, type Shop } from './shop.ts'

export const payment = streams.payment(orderId)
export const minute = 60_000

/** Up to its stock being held. */
export const reserved = async (): Promise<Shop> => {
  const shop = createShop()
  await shop.stock('A', 5)
  await shop.place({ A: 2 })
  await shop.run('inventory')
  return shop
}

/** Up to the intent to charge, which nobody has seen yet: whoever wrote it died of that. */
export const requested = async (): Promise<Shop> => {
  const shop = await reserved()
  const order = { amount: 1000, currency: 'EUR', method: 'card-ok', closed: false }
  await shop.commands.handle(
    paymentDecider,
    payment,
    { type: 'RequestPayment', orderId, paymentId: paymentIdOf(orderId), order },
    shop.context(),
  )
  return shop
}

export const charge = (shop: Shop) => shop.deliver('payment', shop.last('PaymentRequested'))

/** By the customer, and the payment service knows. */
export const cancelled = async (shop: Shop): Promise<void> => {
  await shop.command({ type: 'CancelOrder', orderId, reason: 'customer' })
  await shop.deliver('payment', shop.last('OrderCancelled'))
}

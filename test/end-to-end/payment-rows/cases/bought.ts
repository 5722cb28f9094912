import type { Scene } from '../scene.ts'

/** How the stream begins of a payment that came at once. */
export const paid = ['PaymentRequested 2000', 'PaymentSucceeded 2000'] as const

/** Paid, and confirmed. */
export const bought = async (order: Scene): Promise<void> => {
  await order.place()
  await order.until('OrderConfirmed')
}

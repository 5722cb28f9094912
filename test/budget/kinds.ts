import { paymentIdOf } from '../../domain/shared/ids.ts'
import type { StoredEvent } from '../../infrastructure/event-store/port.ts'
import { OutcomeUnknown } from '../../payment-providers/port.ts'
import type { CountedShop } from './shop.ts'

/** What an order of this kind does from here on, and what somebody does about it. It is quiet before and after each step. */
export type Life = {
  readonly shop: CountedShop
  /** Places an order under a key of its own; answers its id. */
  readonly place: (skus?: readonly string[]) => Promise<string>
  /** The same request once more. */
  readonly placeAgain: () => Promise<void>
  /** The order's last event of the type. */
  readonly last: (type: string) => Promise<StoredEvent>
}

export type Kind = {
  readonly name: string
  /** The types that the order's streams must hold in the end, among others. */
  readonly ends: readonly string[]
  /** The count begins after this. */
  readonly before?: (life: Life) => Promise<unknown>
  readonly live: (life: Life) => Promise<unknown>
}

const quietly = async (shop: CountedShop, step: Promise<unknown>): Promise<void> => {
  await step
  await shop.quiet()
}

const captured = async ({ last }: Life): Promise<{ readonly amount: number; readonly currency: string }> => {
  const { data } = await last('PaymentRequested')
  // Written by the payment service a moment ago, in its own schema.
  const { amount, currency } = data as { readonly amount: number; readonly currency: string }
  return { amount, currency }
}

const tellPaid = async (life: Life, orderId: string): Promise<void> => {
  const { shop } = life
  await quietly(
    shop,
    shop.webhook({
      id: `paid_${orderId}`,
      type: 'payment.succeeded',
      createdAt: new Date().toISOString(),
      data: { orderId, paymentId: paymentIdOf(orderId), providerPaymentId: `pp_${orderId}`, ...(await captured(life)) },
    }),
  )
}

const operate = (shop: CountedShop, orderId: string, action: string, revision: number, body: object): Promise<void> =>
  quietly(
    shop,
    shop.operator.post(`/v1/orders/${orderId}/${action}`, body, { 'If-Match': `"${revision}"` }).answers(200),
  )

const cancel = (shop: CountedShop, orderId: string): Promise<void> =>
  quietly(shop, shop.customer.post(`/v1/orders/${orderId}/cancel`, {}).answers(200))

/** Every kind of order of two lines. */
export const kinds: readonly Kind[] = [
  { name: 'paid', ends: ['OrderConfirmed', 'NotificationSent'], live: ({ place }) => place() },
  {
    name: 'sent again',
    ends: ['OrderConfirmed'],
    before: ({ place }) => place(),
    live: ({ placeAgain }) => placeAgain(),
  },
  {
    name: 'declined',
    ends: ['OrderRejected', 'PaymentFailed', 'InventoryReleased', 'NotificationSent'],
    live: ({ shop, place }) => {
      shop.provider.next('charge', { kind: 'failed', code: 'declined' })
      return place()
    },
  },
  {
    name: 'short',
    ends: ['OrderRejected', 'InventoryReservationFailed', 'PaymentVoided'],
    live: ({ place }) => place(['MUG', 'RARE']),
  },
  {
    name: 'cancelled',
    ends: ['OrderCancelled', 'RefundSucceeded', 'InventoryReleased'],
    live: async ({ shop, place }) => cancel(shop, await place()),
  },
  {
    name: 'called off',
    ends: ['OrderCancelled', 'PaymentVoided', 'PaymentFailed', 'InventoryReleased'],
    live: async ({ shop, place }) => {
      shop.provider.next('charge', { kind: 'pending' })
      const orderId = await place()
      shop.provider.next('cancel', { kind: 'cancelled' })
      await cancel(shop, orderId)
    },
  },
  {
    name: 'confirmed by the customer',
    ends: ['PaymentActionRequired', 'OrderConfirmed'],
    live: async (life) => {
      life.shop.provider.next('charge', { kind: 'action_required', url: 'https://bank.example/confirm' })
      await tellPaid(life, await life.place())
    },
  },
  {
    name: 'answer lost',
    ends: ['PaymentOutcomeUnknown', 'OrderConfirmed'],
    live: async (life) => {
      const { shop, place, last } = life
      shop.provider.next('charge', new OutcomeUnknown('the bank says nothing'))
      const orderId = await place()
      shop.provider.next('lookUp', { kind: 'succeeded', providerPaymentId: `pp_${orderId}`, ...(await captured(life)) })
      await quietly(shop, shop.followUp(await last('PaymentRequested')))
    },
  },
  {
    name: 'paid too late',
    ends: ['OrderCancelled', 'LatePaymentDetected', 'RefundSucceeded', 'InventoryReleased'],
    live: async (life) => {
      const { shop, place, last } = life
      shop.provider.next('charge', { kind: 'pending' })
      shop.provider.next('cancel', { kind: 'cancelled' })
      const orderId = await place()
      await quietly(shop, shop.deadline(await last('OrderPlaced'), orderId))
      await tellPaid(life, orderId)
    },
  },
  {
    name: 'delivered',
    ends: ['OrderDelivered', 'InventoryCommitted', 'NotificationSent'],
    live: async ({ shop, place }) => {
      const orderId = await place()
      await operate(shop, orderId, 'ship', 1, { carrier: 'Post', trackingNumber: 'T-1' })
      await operate(shop, orderId, 'deliver', 2, {})
    },
  },
]

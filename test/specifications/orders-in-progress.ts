import type { ShopEvent } from '../../domain/registry.ts'
import { notificationKeyOf, uuidv5 } from '../../domain/shared/ids.ts'
import { oneOfEach } from './every-event.ts'
import { stockReserved } from './inventory-events.ts'
import { notificationSent } from './notification-events.ts'
import { confirmed, orderId, placed } from './order-events.ts'
import { paymentRequested, paymentSucceeded } from './payment-events.ts'
import { timeOf } from './projection.ts'
import type { OrderInProgress } from '../../processors/follow-ups/order-progress.ts'

export const one = oneOfEach
/** The message that the nth event calls for. */
export const mail = (template: string, n: number): string => notificationKeyOf(template, uuidv5(`event ${n}`), 'email')
export const sent = (template: string, n: number): ShopEvent => ({ ...notificationSent(), key: mail(template, n) })

/** Just placed, by event 0. */
export const row: OrderInProgress = {
  orderId,
  status: 'placed',
  reservation: 'none',
  payment: { status: 'none' },
  held: [],
  owed: [mail('received', 0)],
  actionRequired: false,
  eventId: uuidv5('event 0'),
  traceparent: null,
  waitingSince: timeOf(0),
  movedAt: timeOf(0),
  startedAt: timeOf(0),
  steps: { OrderPlaced: 0 },
}
/** The same after one more event. */
export const after = (type: ShopEvent['type'], changed: Partial<OrderInProgress> = {}): OrderInProgress => ({
  ...row,
  movedAt: timeOf(1),
  steps: { OrderPlaced: 0, [type]: 1_000 },
  ...changed,
})
export const moved = { providerPaymentId: 'pp-1', amount: 5500, currency: 'EUR' }
const { type: _, ...requestedContent } = paymentRequested()
export const request = { type: 'PaymentRequested', ...requestedContent } as const
export const asked = { status: 'requested', request, unknownNoted: false } as unknown as OrderInProgress['payment']

// From here on with the messages sent as they are called for, and each order to its rest.
export const reserved = [
  placed(),
  sent('received', 0),
  one.ReservationStarted,
  stockReserved(2),
  { ...stockReserved(1), sku: 'POT' },
  one.InventoryReserved,
]
export const paid = [...reserved, paymentRequested(), paymentSucceeded(), confirmed()]
export const restingOf = (events: readonly ShopEvent[], changed: Partial<OrderInProgress>): OrderInProgress => ({
  ...row,
  status: 'confirmed',
  reservation: 'reserved',
  held: ['CUP', 'POT'],
  owed: [],
  waitingSince: null,
  movedAt: null,
  payment: {
    status: 'succeeded',
    paymentId: paymentSucceeded().paymentId,
    charge: { providerPaymentId: 'pp-1', amount: 5500, currency: 'EUR' },
    duplicates: [],
    refunds: [],
  },
  steps: Object.fromEntries(events.map(({ type }, n) => [type, n * 1_000])),
  ...changed,
})

import { expect } from 'chai'
import type { ShopEvent } from '../../domain/registry.ts'
import { notificationKeyOf, uuidv5 } from '../../domain/shared/ids.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'
import { oneOfEach as one } from '../../test/specifications/every-event.ts'
import { stockReserved } from '../../test/specifications/inventory-events.ts'
import { notificationSent } from '../../test/specifications/notification-events.ts'
import { confirmed, delivered, orderId, placed, shipped } from '../../test/specifications/order-events.ts'
import {
  paymentRequested,
  paymentSucceeded,
  refundRequested,
  refundSucceeded,
} from '../../test/specifications/payment-events.ts'
import type { Told } from '../../infrastructure/projections/projection.ts'
import { recordedOf } from '../../test/specifications/projection.ts'
import type { OrderInProgress } from './order-progress.ts'
import { ordersInProgress } from './orders-in-progress.ts'

/** The message that the nth event calls for. */
const sent = (template: string, n: number): ShopEvent => ({
  ...notificationSent(),
  key: notificationKeyOf(template, uuidv5(`event ${n}`), 'email'),
})

describe('the log is told when an order comes to rest', () => {
  /** The lines that are told of these events, with the number of the event that each is told at. */
  const linesOf = (all: readonly Recorded<ShopEvent>[]) => {
    const lines: (readonly [n: number, line: Told])[] = []
    let row: OrderInProgress | undefined
    all.forEach((recorded, n) => {
      const next = ordersInProgress.evolve(row, recorded, orderId)
      if (next === 'same') return
      const line = ordersInProgress.tells?.(row, next, recorded)
      if (line !== undefined) lines.push([n, line])
      row = next === 'delete' ? undefined : next
    })
    return lines
  }
  const toldOf = (...events: readonly ShopEvent[]) =>
    linesOf(recordedOf(events)).map(([n, { message, fields }]) => [n, message, fields['ms'], fields['steps']])

  const life: readonly ShopEvent[] = [
    placed(),
    sent('received', 0),
    one.ReservationStarted,
    stockReserved(2),
    one.InventoryReserved,
    paymentRequested(),
    paymentSucceeded(),
    confirmed(),
    sent('confirmed', 7),
    refundRequested({ amount: 1 }),
    refundSucceeded({ amount: 1 }),
    sent('refunded', 10),
    shipped(),
    one.StockCommitted,
    one.InventoryCommitted,
    sent('shipped', 12),
    delivered(),
  ]

  it('once each time, with the durations of its steps', () => {
    expect(toldOf(...life)).to.deep.equal([
      [
        8,
        'order confirmed',
        8_000,
        {
          OrderPlaced: 0,
          NotificationSent: 8_000,
          ReservationStarted: 2_000,
          StockReserved: 3_000,
          InventoryReserved: 4_000,
          PaymentRequested: 5_000,
          PaymentSucceeded: 6_000,
          OrderConfirmed: 7_000,
        },
      ],
      [11, 'order confirmed', 1_000, { RefundSucceeded: 0, NotificationSent: 1_000 }],
      [
        15,
        'order shipped',
        3_000,
        { OrderShipped: 0, StockCommitted: 1_000, InventoryCommitted: 2_000, NotificationSent: 3_000 },
      ],
    ])
  })

  it('with the trace in which it was placed, at each of its rests; without one where it was not traced', () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    const traceparent = (n: number) => `00-${n === 0 ? traceId : 'b'.repeat(32)}-b7ad6b7169203331-01`
    const untraced = recordedOf(life)
    const traced = untraced.map((recorded, n) => ({
      ...recorded,
      metadata: { ...recorded.metadata, traceparent: traceparent(n) },
    }))
    const idsIn = (lines: ReturnType<typeof linesOf>) => lines.map(([, { fields }]) => fields['traceId'])
    expect(idsIn(linesOf(traced))).to.deep.equal([traceId, traceId, traceId])
    expect(linesOf(untraced).map(([, { fields }]) => 'traceId' in fields)).to.deep.equal([false, false, false])
  })
})

import { expect } from 'chai'
import type { ShopEvent } from '../../domain/registry.ts'
import type { Actor } from '../../domain/shared/actor.ts'
import { uuidv5 } from '../../domain/shared/ids.ts'
import { oneOfEach } from '../../test/specifications/every-event.ts'
import { orderId, placed } from '../../test/specifications/order-events.ts'
import { providerEventReceived } from '../../test/specifications/payment-events.ts'
import { placeOf, recordedOf, specificationOf, timeOf } from '../../test/specifications/projection.ts'
import { timelineProjection } from './projection.ts'
import type { TimelineService } from './table.ts'

describe('the timeline read model', () => {
  const { given, everyEventHasALine } = specificationOf(timelineProjection)

  const shows = (event: ShopEvent, service: TimelineService, data: Readonly<Record<string, unknown>>) =>
    given(event).thenRow(
      placeOf(0),
      {
        position: placeOf(0),
        id: uuidv5('event 0'),
        causationId: 'c',
        actor: null,
        orderId,
        type: event.type,
        service,
        at: timeOf(0),
        data,
        traceId: null,
      },
      service,
    )

  /** The whole content but the order's id. */
  const showsAll = (event: ShopEvent, service: TimelineService) => {
    const { type: _type, orderId: _orderId, ...data } = event as ShopEvent & { orderId: string }
    shows(event, service, data)
  }

  const { number, customerId, lines, total, currency, paymentMethod } = placed()
  shows(placed(), 'order', { number, customerId, lines, total, currency, paymentMethod })
  showsAll(oneOfEach.OrderConfirmed, 'order')
  showsAll(oneOfEach.OrderRejected, 'order')
  showsAll(oneOfEach.OrderCancelled, 'order')
  showsAll(oneOfEach.OrderDelayed, 'order')
  showsAll(oneOfEach.LatePaymentDetected, 'order')
  showsAll(oneOfEach.ShipmentHeld, 'order')
  showsAll(oneOfEach.ShipmentReleased, 'order')
  showsAll(oneOfEach.OrderShipped, 'order')
  showsAll(oneOfEach.OrderDelivered, 'order')
  showsAll(oneOfEach.ReservationStarted, 'inventory')
  showsAll(oneOfEach.InventoryReserved, 'inventory')
  showsAll(oneOfEach.InventoryReservationFailed, 'inventory')
  showsAll(oneOfEach.InventoryReleased, 'inventory')
  showsAll(oneOfEach.InventoryCommitted, 'inventory')
  showsAll(oneOfEach.StockReserved, 'inventory')
  showsAll(oneOfEach.StockReleased, 'inventory')
  showsAll(oneOfEach.StockCommitted, 'inventory')
  const { paymentId, amount, method } = oneOfEach.PaymentRequested
  shows(oneOfEach.PaymentRequested, 'payment', { paymentId, amount, currency, method })
  showsAll(oneOfEach.PaymentActionRequired, 'payment')
  showsAll(oneOfEach.PaymentSucceeded, 'payment')
  showsAll(oneOfEach.PaymentFailed, 'payment')
  showsAll(oneOfEach.PaymentOutcomeUnknown, 'payment')
  showsAll(oneOfEach.PaymentVoided, 'payment')
  showsAll(oneOfEach.PaymentMismatchDetected, 'payment')
  showsAll(oneOfEach.DuplicateChargeDetected, 'payment')
  showsAll(oneOfEach.RefundRequested, 'payment')
  showsAll(oneOfEach.RefundSucceeded, 'payment')
  showsAll(oneOfEach.RefundFailed, 'payment')
  showsAll(oneOfEach.RefundSettledManually, 'payment')
  showsAll(oneOfEach.RefundWithdrawn, 'payment')
  showsAll(oneOfEach.ExternalRefundRecorded, 'payment')
  showsAll(oneOfEach.ExternalRefundFailed, 'payment')
  showsAll(oneOfEach.DisputeOpened, 'payment')
  showsAll(oneOfEach.DisputeLost, 'payment')
  showsAll(oneOfEach.DisputeWon, 'payment')
  showsAll(oneOfEach.PaymentProviderEventReceived, 'payment')
  showsAll(oneOfEach.NotificationRequested, 'notification')
  showsAll(oneOfEach.NotificationSent, 'notification')
  showsAll(oneOfEach.NotificationFailed, 'notification')

  given(providerEventReceived()).thenNoRows()
  given(oneOfEach.StockReceived).thenNoRows()
  given(oneOfEach.StockAdjusted).thenNoRows()
  given(oneOfEach.ProductAdded).thenNoRows()
  given(oneOfEach.ProductRenamed).thenNoRows()
  given(oneOfEach.ProductPriceChanged).thenNoRows()
  given(oneOfEach.ProductDiscontinued).thenNoRows()
  given(oneOfEach.ProductRelisted).thenNoRows()
  everyEventHasALine()

  it('names the trace that an event was written in', () => {
    const [recorded] = recordedOf([placed()])
    if (recorded === undefined) throw new Error('nothing was recorded')
    const traceIdIn = (traceparent: string) => {
      const traced = { ...recorded, metadata: { ...recorded.metadata, traceparent } }
      const row = timelineProjection.evolve(undefined, traced, placeOf(0))
      return typeof row === 'object' ? row.traceId : row
    }
    expect(traceIdIn('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00')).to.equal(
      '0af7651916cd43dd8448eb211c80319c',
    )
    expect(traceIdIn('by hand')).to.equal(null)
  })

  it('names the event that led to it, and who asked for it where that was a person', () => {
    const [recorded] = recordedOf([oneOfEach.StockReserved])
    if (recorded === undefined) throw new Error('nothing was recorded')
    const rowBy = (actor: Actor) => {
      const metadata = { ...recorded.metadata, $causationId: 'the placing', actor }
      const row = timelineProjection.evolve(undefined, { ...recorded, metadata }, placeOf(0))
      return typeof row === 'object' ? [row.causationId, row.actor] : row
    }
    const otto: Actor = { type: 'operator', id: 'otto' }
    expect(rowBy(otto)).to.deep.equal(['the placing', otto])
    expect(rowBy({ type: 'system', id: 'inventory' })).to.deep.equal(['the placing', null])
  })

  it('sets aside one row alone for an event that cannot be read', () => {
    const stored = {
      id: 'e',
      stream: `order-${orderId}`,
      type: 'OrderPlaced',
      revision: 0n,
      position: { commit: 100n, prepare: 100n },
      created: new Date(0),
      data: {},
      metadata: {},
    }
    expect(timelineProjection.keysWhenUnreadable?.(stored)).to.deep.equal([placeOf(0)])
  })
})

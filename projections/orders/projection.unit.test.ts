import { oneOfEach } from '../../test/specifications/every-event.ts'
import * as inventory from '../../test/specifications/inventory-events.ts'
import * as orders from '../../test/specifications/order-events.ts'
import { ordersSpecification, placedRow } from '../../test/specifications/orders-row.ts'

const { orderId, placed, confirmed, shipped, delivered, cancelled, outOfStock, notPaid, latePaymentDetected } = orders

describe('the orders read model', () => {
  const { given, after, everyEventHasALine } = ordersSpecification()

  describe('its own stream', () => {
    given(placed()).thenRow(orderId, placedRow)
    given(placed({ lines: [placed().lines[0], placed().lines[0]].filter((line) => line !== undefined) })).thenRow(
      orderId,
      { ...placedRow, lines: [...placed().lines.slice(0, 1), ...placed().lines.slice(0, 1)], skus: ['CUP'] },
      'each SKU once',
    )
    after(confirmed()).row({ status: 'confirmed', revision: 1 })
    after(outOfStock()).row({
      status: 'rejected',
      reason: 'out_of_stock',
      shortages: [{ sku: 'POT', wanted: 1, available: 0 }],
      revision: 1,
    })
    after(notPaid()).row({ status: 'rejected', reason: 'payment_failed', revision: 1 })
    after(cancelled()).row({ status: 'cancelled', reason: 'customer', revision: 1 })
    after(confirmed(), cancelled('operator')).row({ status: 'cancelled', reason: 'operator', revision: 2 })
    after(cancelled('expired'), latePaymentDetected()).row({ status: 'cancelled', reason: 'expired', revision: 2 })
    after(orders.delayed()).row({ delayed: true, revision: 1 })
    after(orders.delayed(), confirmed()).row({ status: 'confirmed', revision: 2 }, 'no longer delayed')
    after(confirmed(), orders.delayed()).row({ status: 'confirmed', revision: 2 }, 'too late to be delayed')
    after(confirmed(), shipped()).row({ status: 'shipped', revision: 2 })
    after(confirmed(), shipped(), delivered()).row({ status: 'delivered', revision: 3 })
    after(cancelled(), confirmed()).row({ status: 'cancelled', reason: 'customer', revision: 2 }, 'the status stays')
    after(shipped()).row({ revision: 1 }, 'the status stays')
    after(confirmed(), orders.shipmentHeld()).row({ status: 'confirmed', revision: 2 })
    after(confirmed(), orders.shipmentHeld(), orders.shipmentReleased()).row({ status: 'confirmed', revision: 3 })
    after(delivered()).row({ revision: 1 }, 'the status stays')
  })

  describe('its reservation', () => {
    after(inventory.reservationStarted()).changesNothing()
    after(inventory.inventoryReserved()).row({ fulfilment: 'reserved' })
    after(inventory.inventoryReservationFailed()).changesNothing()
    after(inventory.inventoryReleased()).row({ fulfilment: 'released' })
    after(inventory.inventoryReserved(), inventory.inventoryReleased()).row({ fulfilment: 'released' })
    after(inventory.inventoryReleased(), inventory.inventoryReserved()).changesNothing()
    after(inventory.inventoryReserved(), inventory.inventoryCommitted()).row({ fulfilment: 'committed' })
    after(inventory.inventoryCommitted()).changesNothing()
  })

  describe('what it does not look at', () => {
    const { StockReceived, StockAdjusted, StockReserved, StockReleased, StockCommitted, PaymentProviderEventReceived } =
      oneOfEach
    const {
      NotificationRequested,
      NotificationSent,
      NotificationFailed,
      ProductAdded,
      ProductRenamed,
      ProductPriceChanged,
      ProductDiscontinued,
      ProductRelisted,
    } = oneOfEach
    for (const event of [
      StockReceived,
      StockAdjusted,
      StockReserved,
      StockReleased,
      StockCommitted,
      PaymentProviderEventReceived,
      NotificationRequested,
      NotificationSent,
      NotificationFailed,
      ProductAdded,
      ProductRenamed,
      ProductPriceChanged,
      ProductDiscontinued,
      ProductRelisted,
    ])
      after(event).changesNothing()
  })

  describe('an order that was never placed', () => {
    const { OrderPlaced: _placed, ...others } = oneOfEach
    for (const event of Object.values(others)) given(event).thenNoRows()
  })

  everyEventHasALine()
})

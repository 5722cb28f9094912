import { expect } from 'chai'
import {
  inventoryReleased,
  inventoryReservationFailed,
  inventoryReserved,
  reservationStarted,
} from '../../test/specifications/inventory-events.ts'
import { confirmed, placed } from '../../test/specifications/order-events.ts'
import {
  paymentActionRequired,
  paymentFailed,
  paymentMismatchDetected,
  paymentOutcomeUnknown,
  paymentRequested,
  paymentSucceeded,
  paymentVoided,
} from '../../test/specifications/payment-events.ts'
import { reservationDecider } from '../inventory/reservation.ts'
import type { ReservationEvent } from '../inventory/events.ts'
import { paymentDecider } from '../payments/payment.ts'
import type { PaymentEvent } from '../payments/events.ts'
import { fold } from '../shared/decider.ts'
import type { OrderEvent } from './events.ts'
import { orderDecider } from './order.ts'
import { unhandledBy } from './unhandled.ts'

const of = (
  reservation: readonly ReservationEvent[],
  payment: readonly PaymentEvent[] = [],
  order: readonly OrderEvent[] = [placed()],
) => unhandledBy(fold(orderDecider, order), fold(reservationDecider, reservation), fold(paymentDecider, payment))

describe('what is unhandled of a placed order', () => {
  it('is the service whose step has left no trace', () => {
    const reserved = [reservationStarted(), inventoryReserved()]
    expect(of([])).to.equal('inventory')
    expect(of([reservationStarted()])).to.equal('inventory')
    expect(of([reservationStarted(), inventoryReservationFailed()])).to.equal('order')
    expect(of(reserved)).to.equal('payment')
    expect(of(reserved, [paymentRequested(), paymentSucceeded()])).to.equal('order')
    expect(of(reserved, [paymentRequested(), paymentFailed()])).to.equal('order')
  })

  it('is nothing while somebody outside is waited for, or nobody', () => {
    const reserved = [reservationStarted(), inventoryReserved()]
    for (const payment of [
      [paymentRequested()],
      [paymentRequested(), paymentActionRequired()],
      [paymentRequested(), paymentOutcomeUnknown()],
      [paymentRequested(), paymentVoided()],
      [paymentRequested(), paymentMismatchDetected()],
    ])
      expect(of(reserved, payment)).to.equal(undefined)
    expect(of([inventoryReleased()])).to.equal(undefined)
    expect(of([], [], [placed(), confirmed()])).to.equal(undefined)
  })
})

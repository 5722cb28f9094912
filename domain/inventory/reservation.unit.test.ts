import { inEveryState, specificationOf } from '../../test/specifications/decider.ts'
import {
  inventoryCommitted,
  inventoryReleased,
  inventoryReservationFailed,
  inventoryReserved,
  reservationStarted,
} from '../../test/specifications/inventory-events.ts'
import { orderId } from '../../test/specifications/order-events.ts'
import { reservationDecider } from './reservation.ts'

const { given } = specificationOf(reservationDecider)

const everyState = inEveryState(reservationDecider, {
  none: [],
  started: [reservationStarted()],
  reserved: [reservationStarted(), inventoryReserved()],
  failed: [reservationStarted(), inventoryReservationFailed()],
  'released before it began': [inventoryReleased()],
  'released while it was going on': [reservationStarted(), inventoryReleased()],
  released: [reservationStarted(), inventoryReserved(), inventoryReleased()],
  committed: [reservationStarted(), inventoryReserved(), inventoryCommitted()],
})

const { lines } = reservationStarted()
const { shortages } = inventoryReservationFailed()
const nowhere = {
  none: [],
  started: [],
  reserved: [],
  failed: [],
  'released before it began': [],
  'released while it was going on': [],
  released: [],
  committed: [],
} as const

describe('a reservation: StartReservation', () => {
  everyState({ type: 'StartReservation', orderId, lines }, { ...nowhere, none: [reservationStarted()] })
})

describe('a reservation: CompleteReservation', () => {
  everyState(
    { type: 'CompleteReservation', orderId },
    { ...nowhere, none: 'reservation_not_held', started: [inventoryReserved()] },
  )
})

describe('a reservation: FailReservation', () => {
  everyState(
    { type: 'FailReservation', orderId, shortages },
    {
      ...nowhere,
      none: 'reservation_not_held',
      started: [inventoryReservationFailed()],
    },
  )
})

describe('a reservation: ReleaseInventory', () => {
  everyState(
    { type: 'ReleaseInventory', orderId, reason: 'order_cancelled' },
    {
      ...nowhere,
      none: [inventoryReleased()],
      started: [inventoryReleased()],
      reserved: [inventoryReleased()],
    },
  )
})

describe('a reservation: CompleteCommit', () => {
  everyState(
    { type: 'CompleteCommit', orderId },
    {
      none: 'reservation_not_held',
      started: 'reservation_not_held',
      reserved: [inventoryCommitted()],
      failed: 'reservation_not_held',
      'released before it began': 'reservation_not_held',
      'released while it was going on': 'reservation_not_held',
      released: 'reservation_not_held',
      committed: [],
    },
  )
})

describe('a reservation: events that cannot apply', () => {
  it('released ahead stands against everything that comes after it', () => {
    given(inventoryReleased(), reservationStarted(), inventoryReserved())
      .when({ type: 'CompleteCommit', orderId })
      .thenRefused('reservation_not_held', { orderId, status: 'released' })
  })

  it('what is committed is not released', () => {
    given(reservationStarted(), inventoryReserved(), inventoryCommitted(), inventoryReleased())
      .when({ type: 'CompleteCommit', orderId })
      .thenNothing()
  })
})

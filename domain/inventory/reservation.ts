import type { Shortage } from '../orders/events.ts'
import type { Decider } from '../shared/decider.ts'
import { Refusal } from '../shared/refusal.ts'
import type { ReservationCommand } from './commands.ts'
import type { ReservationEvent, ReservationLine } from './events.ts'

/**
 * One order's claim on all its SKUs. `lines` are those that may hold stock, to be released one by one; a reservation that was released
 * ahead, before it began, has none.
 */
export type Reservation =
  | { readonly status: 'none' }
  | { readonly status: 'started' | 'reserved' | 'released' | 'committed'; readonly lines: readonly ReservationLine[] }
  | { readonly status: 'failed'; readonly lines: readonly ReservationLine[]; readonly shortages: readonly Shortage[] }

export type ReservationStatus = Reservation['status']

/** What may still have to be released or committed, SKU by SKU. */
export const linesOf = (reservation: Reservation): readonly ReservationLine[] =>
  reservation.status === 'none' ? [] : reservation.lines

const notHeld = (orderId: string, status: ReservationStatus): Refusal =>
  new Refusal('reservation_not_held', `the reservation is ${status}`, { orderId, status })

const start = (
  reservation: Reservation,
  orderId: string,
  lines: readonly ReservationLine[],
): readonly ReservationEvent[] =>
  reservation.status === 'none' ? [{ type: 'ReservationStarted', orderId, lines: [...lines] }] : []

const complete = (reservation: Reservation, orderId: string): readonly ReservationEvent[] => {
  switch (reservation.status) {
    case 'started':
      return [{ type: 'InventoryReserved', orderId, lines: [...reservation.lines] }]
    case 'reserved':
    case 'committed':
    // Released in the meantime: whoever completes has to look at the state once more and give the lines back.
    case 'failed':
    case 'released':
      return []
    case 'none':
      throw notHeld(orderId, reservation.status)
  }
}

const fail = (
  reservation: Reservation,
  orderId: string,
  shortages: readonly Shortage[],
): readonly ReservationEvent[] => {
  switch (reservation.status) {
    case 'started':
      return [{ type: 'InventoryReservationFailed', orderId, shortages: [...shortages] }]
    case 'reserved':
    case 'committed':
    case 'failed':
    case 'released':
      return []
    case 'none':
      throw notHeld(orderId, reservation.status)
  }
}

const release = (reservation: Reservation, orderId: string, reason: string): readonly ReservationEvent[] => {
  switch (reservation.status) {
    // Released ahead: the order is closed before its stock was asked for, and a reservation that comes now must not begin.
    case 'none':
    case 'started':
    case 'reserved':
      return [{ type: 'InventoryReleased', orderId, reason }]
    case 'failed':
    case 'released':
    case 'committed':
      return []
  }
}

const completeCommit = (reservation: Reservation, orderId: string): readonly ReservationEvent[] => {
  switch (reservation.status) {
    case 'reserved':
      return [{ type: 'InventoryCommitted', orderId }]
    case 'committed':
      return []
    // Shipped without stock held: no event can put that right, an operator has to look at it.
    case 'none':
    case 'started':
    case 'failed':
    case 'released':
      throw notHeld(orderId, reservation.status)
  }
}

const decide = (command: ReservationCommand, reservation: Reservation): readonly ReservationEvent[] => {
  switch (command.type) {
    case 'StartReservation':
      return start(reservation, command.orderId, command.lines)
    case 'CompleteReservation':
      return complete(reservation, command.orderId)
    case 'FailReservation':
      return fail(reservation, command.orderId, command.shortages)
    case 'ReleaseInventory':
      return release(reservation, command.orderId, command.reason)
    case 'CompleteCommit':
      return completeCommit(reservation, command.orderId)
    default:
      return command satisfies never
  }
}

const released = (reservation: Reservation): Reservation => {
  switch (reservation.status) {
    case 'none':
      return { status: 'released', lines: [] }
    case 'started':
    case 'reserved':
      return { ...reservation, status: 'released' }
    case 'failed':
    case 'released':
    case 'committed':
      return reservation
  }
}

const evolve = (reservation: Reservation, event: ReservationEvent): Reservation => {
  switch (event.type) {
    case 'ReservationStarted':
      return reservation.status === 'none' ? { status: 'started', lines: event.lines } : reservation
    case 'InventoryReserved':
      return reservation.status === 'started' ? { ...reservation, status: 'reserved' } : reservation
    case 'InventoryReservationFailed':
      return reservation.status === 'started'
        ? { status: 'failed', lines: reservation.lines, shortages: event.shortages }
        : reservation
    case 'InventoryReleased':
      return released(reservation)
    case 'InventoryCommitted':
      return reservation.status === 'reserved' ? { ...reservation, status: 'committed' } : reservation
    default:
      return event satisfies never
  }
}

/** Stream `reservation-{orderId}`. */
export const reservationDecider: Decider<Reservation, ReservationCommand, ReservationEvent> = {
  initialState: { status: 'none' },
  decide,
  evolve,
}

import { reservationDecider } from '../../../domain/inventory/reservation.ts'
import { replacedDecision } from './replaced-decider.ts'

/** A reservation that is released before it began leaves no trace, and can begin afterwards. */
export const noReservationReleasedAhead = replacedDecision(
  'no reservation released ahead',
  reservationDecider,
  (command, reservation) => (command.type === 'ReleaseInventory' && reservation.status === 'none' ? [] : undefined),
)

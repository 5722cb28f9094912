import type { ReservationEvent } from '../domain/inventory/events.ts'
import { reservationDecider } from '../domain/inventory/reservation.ts'
import type { NotificationEvent } from '../domain/notifications/events.ts'
import { notificationDecider } from '../domain/notifications/notification.ts'
import type { OrderEvent } from '../domain/orders/events.ts'
import { orderDecider } from '../domain/orders/order.ts'
import type { PaymentEvent } from '../domain/payments/events.ts'
import { paymentDecider } from '../domain/payments/payment.ts'
import type { ShopEvent } from '../domain/registry.ts'
import { categoryOf } from '../domain/shared/streams.ts'
import type { Recorded } from '../infrastructure/event-store/codec.ts'
import type { CommandHandling } from '../infrastructure/event-store/handle-command.ts'

/** What a delivered event adds to what is known of its stream. Stock is known from what is written to it; a webhook's stream is one event. */
export const learnFrom = (commands: Pick<CommandHandling, 'learn'>, recorded: Recorded<ShopEvent>): void => {
  // A stream of a category holds the events of that category alone: its name says so, no type can.
  switch (categoryOf(recorded.stream)) {
    case 'order':
      commands.learn(orderDecider, recorded as Recorded<OrderEvent>)
      return
    case 'reservation':
      commands.learn(reservationDecider, recorded as Recorded<ReservationEvent>)
      return
    case 'payment':
      commands.learn(paymentDecider, recorded as Recorded<PaymentEvent>)
      return
    case 'notification':
      commands.learn(notificationDecider, recorded as Recorded<NotificationEvent>)
      return
    default:
      return
  }
}

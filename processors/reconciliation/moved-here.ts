import type { ShopEvent } from '../../domain/registry.ts'
import { UndecodableEvent, type Codec, type Recorded } from '../../infrastructure/event-store/codec.ts'
import type { AllSubscriber, StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Position } from '../../infrastructure/event-store/position.ts'

/** Money that moved at the provider, as an event of ours says. */
export type MovedHere = {
  readonly of: 'payment' | 'refund' | 'dispute'
  readonly orderId: string
  /** The provider's. */
  readonly id: string
  readonly amount: number
  readonly currency: string
}

const movedBy = (event: ShopEvent): MovedHere | undefined => {
  switch (event.type) {
    case 'PaymentSucceeded':
    case 'DuplicateChargeDetected': {
      const { orderId, providerPaymentId: id, amount, currency } = event
      return { of: 'payment', orderId, id, amount, currency }
    }
    case 'PaymentMismatchDetected': {
      const { orderId, providerPaymentId: id, captured: amount, currency } = event
      return { of: 'payment', orderId, id, amount, currency }
    }
    case 'RefundSucceeded':
    case 'ExternalRefundRecorded': {
      const { orderId, providerRefundId: id, amount, currency } = event
      return { of: 'refund', orderId, id, amount, currency }
    }
    case 'DisputeOpened':
    case 'DisputeLost':
    case 'DisputeWon': {
      const { orderId, providerDisputeId: id, amount, currency } = event
      return { of: 'dispute', orderId, id, amount, currency }
    }
    default:
      return undefined
  }
}

export type MovedHereDependencies = {
  readonly store: AllSubscriber
  readonly codec: Codec<ShopEvent>
  readonly warn: (message: string, error: unknown) => void
}

/**
 * All that moved between two times, by the events' own, oldest first. Read from the log, filtered by the server, so that nothing has to be
 * kept for it; `after` spares what lies before.
 */
export const createMovedHere = ({ store, codec, warn }: MovedHereDependencies) => {
  const decoded = (stored: StoredEvent): Recorded<ShopEvent> | undefined => {
    try {
      return codec.decode(stored)
    } catch (error) {
      if (!(error instanceof UndecodableEvent)) throw error
      // Whoever has to decide from it parks for it; the provider's own list still has the payment.
      warn('an event of a payment cannot be read, and is not compared', error)
      return undefined
    }
  }

  return async function* (range: {
    readonly after: Position | 'start'
    readonly since: Date
    readonly until: Date
    readonly signal: AbortSignal
  }): AsyncGenerator<MovedHere> {
    const { after, since, until, signal } = range
    for await (const message of store.subscribeToAll({ after, streamPrefixes: ['payment-'], signal })) {
      if (message.kind === 'caught_up') return
      if (message.kind !== 'event') continue
      const recorded = decoded(message.event)
      if (recorded === undefined) continue
      const at = new Date(recorded.metadata.occurredAt)
      const moved = movedBy(recorded.event)
      if (moved !== undefined && at >= since && at <= until) yield moved
    }
  }
}

export type MovedHereReader = ReturnType<typeof createMovedHere>

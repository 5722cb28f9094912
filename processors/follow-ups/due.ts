import type { OrderProgress } from '../../domain/orders/at-rest.ts'
import type { DeadlineSettings } from '../../domain/orders/deadline.ts'
import type { Channel } from '../../domain/shared/channel.ts'
import type { Intent, IntentKind } from '../perform/intent.ts'
import type { WaitingOrder } from './deadline.ts'

/** Where an intent stands among those of its kind: by age, and by key among those of one age. */
export type DuePlace = Pick<Intent, 'since' | 'key'>

/** An order that is on its way and has not moved for a while. */
export type StandingOrder = {
  readonly orderId: string
  /** When the last of its events happened. */
  readonly movedAt: Date
  /** The event that placed it. */
  readonly eventId: string
  readonly progress: Omit<OrderProgress, 'notificationsOwed'>
}

export type StandingPlace = Pick<StandingOrder, 'movedAt' | 'orderId'>

export type WaitingPlace = Pick<WaitingOrder, 'placedAt' | 'orderId'>

/** What the folds say is open, and the leases say is due. Oldest first. */
export type Due = {
  /** Intents never claimed are due `firstDelayMs` after they were written down, the others when their lease says. */
  intents(options: {
    readonly now: Date
    readonly kind: IntentKind
    /** Only messages that go by it. */
    readonly channel?: Channel | undefined
    /** Only those that come after it. */
    readonly after?: DuePlace | undefined
    readonly firstDelayMs: number
    readonly limit: number
  }): Promise<readonly Intent[]>
  /** Orders whose deadline has come, and that no earlier look at them has put off. */
  orders(options: {
    readonly now: Date
    readonly settings: DeadlineSettings
    /** Only those that nothing is waited for any more, or only those of which something is. */
    readonly past?: 'latest' | 'deadline' | undefined
    /** Only those that come after it. */
    readonly after?: WaitingPlace | undefined
    readonly limit: number
  }): Promise<readonly WaitingOrder[]>
  /** Orders that have not moved for `firstDelayMs`, for whatever they wait, and that nobody has put off since they moved. None that is confirmed: of those there are many, and they wait for a person or for messages (`waitsForUs`). */
  standing(options: {
    readonly now: Date
    readonly firstDelayMs: number
    /** Only those that come after it. */
    readonly after?: StandingPlace | undefined
    readonly limit: number
  }): Promise<readonly StandingOrder[]>
}

import type { DeadlineSettings } from '../../domain/orders/deadline.ts'
import type { Intent, IntentKind } from '../perform/intent.ts'
import type { WaitingOrder } from './deadline.ts'

/** Where an intent stands among those of its kind: by age, and by key among those of one age. */
export type DuePlace = Pick<Intent, 'since' | 'key'>

/** What the folds say is open, and the leases say is due. Oldest first. */
export type Due = {
  /** Intents never claimed are due `firstDelayMs` after they were written down, the others when their lease says. */
  intents(options: {
    readonly now: Date
    readonly kind: IntentKind
    /** Only those that come after it. */
    readonly after?: DuePlace | undefined
    readonly firstDelayMs: number
    readonly limit: number
  }): Promise<readonly Intent[]>
  /** Orders whose deadline has come, and that no earlier look at them has put off. */
  orders(options: {
    readonly now: Date
    readonly settings: DeadlineSettings
    readonly limit: number
  }): Promise<readonly WaitingOrder[]>
}

import type { OrderStatus } from '../../../domain/orders/status.ts'
import type { CallName } from '../../stripe/calls.ts'
import type { Scene } from './scene.ts'

/** A call at which the processors die. */
export type DeadlyCall = {
  readonly call: CallName
  /** Of the order's calls of this name; the first one if nothing is said. */
  readonly number?: number
}

/**
 * Where in a call they die: it has come, and is never done (`arrived`) or is done when the successor of the dead calls in its turn (`late`);
 * it is done, and not answered (`performed`), or answered at that moment (`answered`).
 */
export const deathPlaces = ['arrived', 'late', 'performed', 'answered'] as const
export type DeathPlace = (typeof deathPlaces)[number]

export type Death = DeadlyCall & { readonly place: DeathPlace }

export type PaymentCase = {
  /** In front of it stands: an order's payment. */
  readonly says: string
  readonly card: string
  /** At each of them, and at each place in it, the processors die once. */
  readonly dies: readonly DeadlyCall[]
  /** Of the order's payments (`payment`) or refunds, the webhooks come when all is over: what our calls are answered has to do. */
  readonly webhooksLate?: 'payment' | 'refund'
  /** Its processors have died before, and die once more at the look-up that follows. */
  readonly diesAtLookUp?: true
  /** What happens around it, from placing the order on: customer, bank, operator, whoever sits at Stripe's dashboard. */
  readonly play: (scene: Scene) => Promise<void>
  /** Its payment's stream, wherever the processors have died. */
  readonly stream: readonly string[]
  readonly ends: OrderStatus
}

import type { Random } from './random.ts'

/** What the event store does to messages beside giving them late and twice. Probabilities, for each message of the storm. */
export type Losses = {
  /** That it is never given to anybody, and counts as handled. */
  readonly forgotten: number
  /** That it is parked, by whomever, until somebody has the parked messages replayed in the store's own interface. */
  readonly parked: number
}

export const nothingLost: Losses = { forgotten: 0, parked: 0 }

/** In a third of the runs, and drawn aside: the others stay as they are. */
export const lossesOf = (aside: Random): Losses =>
  aside.chance(0.35) ? { forgotten: aside.pick([0.01, 0.05, 0.2]), parked: aside.pick([0, 0.02, 0.1]) } : nothingLost

/** A message that was replayed and not acknowledged when the server went down is gone. */
export const lostInReplay = 0.5

/**
 * Nobody gives these again. No stream of an order has the first: what only the provider's message tells is lost with it. By the others
 * money comes back to us of an order that may have come to rest for good, of which the follow-ups know nothing any more: an operator does,
 * by the mail that they call for.
 */
export const neverLost: ReadonlySet<string> = new Set([
  'PaymentProviderEventReceived',
  'ExternalRefundFailed',
  'DisputeWon',
])

import type { ConsumerOptions } from './consumer-options.ts'
import type { HeldEvent } from './event-work.ts'
import type { Work } from './keyed-executor.ts'
import type { Outcome } from './outcome.ts'

/**
 * Has an event handled that was handed over, once: only if it is done by that does it count. Whatever else comes of it is forgotten, and
 * its delivery decides. That may come meanwhile: then `asDelivery` follows, from its first attempt on.
 */
export const createOfferedWork = ({ handle, observe = {} }: ConsumerOptions, held: HeldEvent, asDelivery: Work): Work => {
  const { event } = held
  const delivered = () => held.delivery

  /** Undefined: not done. */
  const attemptOnce = async (): Promise<Extract<Outcome, string> | undefined> => {
    try {
      const outcome = await handle(event, { attempt: 0, retryCount: 0 })
      return typeof outcome === 'string' ? outcome : undefined
    } catch {
      // Also a store that is away: the next delivery will meet it, and say so.
      return undefined
    }
  }

  return async () => {
    if (delivered() !== undefined) return asDelivery()
    const startedAt = Date.now()
    const outcome = await attemptOnce()
    const delivery = delivered()
    if (outcome !== undefined) {
      delivery?.session.ack(delivery.ackId)
      observe.handled?.(event, outcome, Date.now() - startedAt)
      held.leave({ outcome })
      return 'finished'
    }
    // Its turn comes again, unless everything is being forgotten.
    if (delivery !== undefined) return 0
    held.leave({ dropped: true })
    return 'finished'
  }
}

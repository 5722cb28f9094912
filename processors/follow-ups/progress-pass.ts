import { waitsForUs } from '../../domain/orders/waits-for-us.ts'
import type { Position } from '../../infrastructure/event-store/position.ts'
import type { ServiceName } from '../services.ts'
import type { Due, StandingOrder, StandingPlace } from './due.ts'
import type { HandledUpTo, Progress } from './progress.ts'

export type ProgressPassDependencies = {
  readonly due: Pick<Due, 'standing'>
  readonly progress: Progress
  readonly handledUpTo: HandledUpTo
  readonly firstDelayMs: number
  readonly now: () => Date
  /** How many orders are driven on in a pass, side by side. */
  readonly atOnce: number
  readonly draining: AbortSignal
  readonly failed: (message: string, fields: Readonly<Record<string, unknown>>) => void
}

/** How many are looked at for one that is driven on: most that stand still wait for the provider or the customer. */
const lookedAtForOne = 10
/** Looked for so often within the first delay. */
const passesInDelay = 4

/**
 * Drives on orders that stand still and wait for us, the longest first, and round by round: each once before any a second time. Resolves to
 * how many that were. Costs nothing but a query now and then while none does.
 */
export const createProgressPass = (dependencies: ProgressPassDependencies): (() => Promise<number>) => {
  const { due, progress, handledUpTo, firstDelayMs, now, atOnce, draining, failed } = dependencies
  let nextRound = now()
  let after: StandingPlace | undefined

  /** Of one pass: a group is asked once. */
  const asked = (): HandledUpTo => {
    const places = new Map<ServiceName, Promise<Position | undefined>>()
    return (group) => {
      const place = places.get(group) ?? handledUpTo(group)
      places.set(group, place)
      return place
    }
  }

  const driveOn = async (order: StandingOrder, from: HandledUpTo): Promise<void> => {
    try {
      await progress(order, from)
    } catch (error) {
      failed('an order that stands still could not be driven on', { orderId: order.orderId, error })
    }
  }

  return async () => {
    if (draining.aborted || (after === undefined && now() < nextRound)) return 0
    const limit = lookedAtForOne * atOnce
    const found = await due.standing({ now: now(), firstDelayMs, after, limit })
    const ours = found.filter((order) => waitsForUs(order.progress)).slice(0, atOnce)
    const last = ours.length === atOnce ? ours.at(-1) : found.length === limit ? found.at(-1) : undefined
    after = last
    if (last === undefined) nextRound = new Date(now().getTime() + firstDelayMs / passesInDelay)
    const from = asked()
    await Promise.all(ours.map((order) => driveOn(order, from)))
    return ours.length
  }
}

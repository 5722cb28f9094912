import { paymentDecider } from '../../domain/payments/payment.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import type { Difference } from './difference.ts'

/** `healable`: nothing was tried, since nothing is to be changed. `left`: for an operator. */
export type Found = Difference & {
  readonly state: 'healed' | 'healable' | 'left'
  /** Why it could not be recorded. */
  readonly refused?: string
}

export type Healing = (difference: Difference | undefined) => Promise<void>

export type HealingDependencies = {
  readonly commands: Pick<CommandHandling, 'handle'>
  readonly newId: () => string
  readonly now: () => Date
  /** False: nothing is changed. */
  readonly heal: boolean
  readonly found: (found: Found) => void
}

/**
 * Records what can be recorded, each difference once. What the decision finds to be so already is none: it has come by webhook meanwhile.
 * @throws VersionConflict, StoreUnavailable
 */
export const createHealing = ({ commands, newId, now, heal, found }: HealingDependencies): Healing => {
  const told = new Set<string>()

  const record = async (difference: Difference): Promise<Found | undefined> => {
    const { remedy, orderId } = difference
    if (remedy.kind === 'operator') return { ...difference, state: 'left' }
    if (!heal) return { ...difference, state: 'healable' }
    const commandId = newId()
    try {
      const { events } = await commands.handle(paymentDecider, streams.payment(orderId), remedy.command, {
        commandId,
        correlationId: orderId,
        causationId: commandId,
        actor: { type: 'system', id: 'reconciliation' },
        now,
      })
      return events.length === 0 ? undefined : { ...difference, state: 'healed' }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { ...difference, state: 'left', refused: error.code }
    }
  }

  return async (difference) => {
    if (difference === undefined) return
    const key = `${difference.kind} ${difference.id}`
    if (told.has(key)) return
    told.add(key)
    const result = await record(difference)
    if (result !== undefined) found(result)
  }
}

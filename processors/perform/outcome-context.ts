import type { CommandContext } from '../../infrastructure/event-store/command-context.ts'
import type { Intent } from './intent.ts'

/**
 * What the outside said is written under a fresh command id each time: two replicas that heard different results must not write under
 * one id, the second would be taken for a repetition of the first.
 */
export type OutcomeContext = (intent: Pick<Intent, 'orderId' | 'eventId' | 'traceparent'>) => CommandContext

export const outcomeContext =
  (actorId: string, newId: () => string, now: () => Date): OutcomeContext =>
  ({ orderId, eventId, traceparent }) => ({
    commandId: newId(),
    correlationId: orderId,
    causationId: eventId,
    actor: { type: 'system', id: actorId },
    ...(traceparent === undefined ? {} : { traceparent }),
    now,
  })

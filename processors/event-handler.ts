import type { ShopEvent } from '../domain/registry.ts'
import { commandIdOf } from '../domain/shared/ids.ts'
import { Refusal } from '../domain/shared/refusal.ts'
import { categoryOf } from '../domain/shared/streams.ts'
import { UndecodableEvent, type Codec, type Recorded } from '../infrastructure/event-store/codec.ts'
import type { CommandContext } from '../infrastructure/event-store/command-context.ts'
import { VersionConflict, type StoredEvent } from '../infrastructure/event-store/port.ts'
import type { Outcome } from '../infrastructure/subscriptions/outcome.ts'
import { intentOf } from './perform/intent.ts'
import type { Perform } from './perform/perform.ts'
import type { Asked, Service } from './service.ts'

export type EventHandler = (stored: StoredEvent) => Promise<Outcome>

export type EventHandlerDependencies = {
  readonly codec: Codec<ShopEvent>
  readonly service: Service
  readonly perform: Perform
  readonly now: () => Date
}

/** The same event asks for the same commands under the same ids, however often it comes. */
const contextOf = ({ id, metadata }: Recorded<ShopEvent>, group: string, { type }: Asked, index: number, now: () => Date): CommandContext => ({
  commandId: commandIdOf(id, group, type, index),
  correlationId: metadata.$correlationId,
  causationId: id,
  actor: { type: 'system', id: group },
  ...(metadata.traceparent === undefined ? {} : { traceparent: metadata.traceparent }),
  now,
})

/** What an error means for the event; undefined for those that the consumer judges itself (a store away, the unexpected). */
const verdictOf = (error: unknown): Outcome | undefined => {
  // No repetition helps: a person has to look.
  if (error instanceof UndecodableEvent || error instanceof Refusal) return { park: { code: error.code, message: error.message } }
  // Contention outlasted the command's own attempts: its key waits a little.
  if (error instanceof VersionConflict) return { retry: 100, reason: error.message }
  return undefined
}

/**
 * All that one service does about one event. Cut off anywhere it does no harm and starts again at the next delivery: each command finds
 * what it has already done in the state it decides from.
 */
export const createEventHandler = ({ codec, service, perform, now }: EventHandlerDependencies): EventHandler => {
  const carryOut = async (stored: StoredEvent): Promise<Outcome> => {
    const recorded = codec.decode(stored)
    if (recorded === undefined) return 'ignored'
    // 1 What follows, one command after another, in the order of the process manager's table.
    for (const [index, asked] of service.react(recorded).entries()) {
      await asked.handle(contextOf(recorded, service.group, asked, index, now))
    }
    // 2 An intent of this service is brought nearer to its outcome. Whatever comes of that, the event is done: what stays open is
    // followed up, and nobody waits for a provider behind it.
    const intent = intentOf(recorded)
    if (intent !== undefined && service.performs.includes(intent.kind)) await perform(intent)
    return 'done'
  }

  return async (stored) => {
    if (categoryOf(stored.stream) === undefined || !service.looksAt(stored.type)) return 'ignored'
    try {
      return await carryOut(stored)
    } catch (error) {
      const verdict = verdictOf(error)
      if (verdict === undefined) throw error
      return verdict
    }
  }
}

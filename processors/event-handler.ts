import type { ShopEvent } from '../domain/registry.ts'
import { commandIdOf } from '../domain/shared/ids.ts'
import { Refusal } from '../domain/shared/refusal.ts'
import { categoryOf } from '../domain/shared/streams.ts'
import { UndecodableEvent, type Codec, type Recorded } from '../infrastructure/event-store/codec.ts'
import type { CommandContext } from '../infrastructure/event-store/command-context.ts'
import type { CommandHandling } from '../infrastructure/event-store/handle-command.ts'
import { VersionConflict, type StoredEvent } from '../infrastructure/event-store/port.ts'
import type { Outcome } from '../infrastructure/subscriptions/outcome.ts'
import { OutcomeUnknown, ProviderUnavailable } from '../infrastructure/outside/errors.ts'
import { intentEventOf, intentsOf } from './perform/intent.ts'
import { learnFrom } from './learn-from-deliveries.ts'
import type { Performing } from './perform/performing.ts'
import type { Asked, Service } from './services.ts'

/** `retryCount`: how often the server has given it before; 0 where nothing is known of that. */
export type EventHandler = (stored: StoredEvent, info?: { readonly retryCount: number }) => Promise<Outcome>

export type EventHandlerDependencies = {
  readonly codec: Codec<ShopEvent>
  readonly commands: Pick<CommandHandling, 'learn' | 'forget'>
  readonly service: Service
  readonly performing: Pick<Performing, 'begin'>
  readonly now: () => Date
}

type Delivered = {
  readonly group: string
  readonly index: number
  readonly comesAgain: boolean
  readonly now: () => Date
}

/** The same event asks for the same commands under the same ids, however often it comes. */
const contextOf = (
  { id, metadata }: Recorded<ShopEvent>,
  { type }: Asked,
  { group, index, comesAgain, now }: Delivered,
): CommandContext => ({
  commandId: commandIdOf(id, group, type, index),
  correlationId: metadata.$correlationId,
  causationId: id,
  actor: { type: 'system', id: group },
  ...(metadata.traceparent === undefined ? {} : { traceparent: metadata.traceparent }),
  now,
  ...(comesAgain ? { lookFirst: true } : {}),
})

/** What an error means for the event; undefined for those that the consumer judges itself (a store away, the unexpected). */
const outcomeOf = (error: unknown): Outcome | undefined => {
  // No repetition helps: a person has to look.
  if (error instanceof UndecodableEvent || error instanceof Refusal)
    return { park: { code: error.code, message: error.message } }
  // Contention outlasted the command's own retries: its key waits a little.
  if (error instanceof VersionConflict) return { retry: 100, reason: error.message }
  // Who was to be asked is away, or is slow: nothing is decided without the answer.
  if (error instanceof ProviderUnavailable || error instanceof OutcomeUnknown)
    return { retry: 1_000, reason: error.message }
  return undefined
}

/**
 * All that one service does about one event. Cut off anywhere it does no harm and starts again at the next delivery: each command finds
 * what it has already done in the state it decides from.
 */
export const createEventHandler = ({
  codec,
  commands,
  service,
  performing,
  now,
}: EventHandlerDependencies): EventHandler => {
  const carryOut = async (stored: StoredEvent, comesAgain: boolean): Promise<Outcome> => {
    const recorded = codec.decode(stored)
    if (recorded === undefined) return 'ignored'
    learnFrom(commands, recorded)
    // 1 What follows, one command after another, in the order of the process manager's table.
    for (const [index, asked] of service.react(recorded).entries()) {
      await asked.handle(contextOf(recorded, asked, { group: service.group, index, comesAgain, now }))
    }
    // 2 An intent of this service is begun. Whatever comes of that, the event is done: what stays open, also because the process dies, is
    // followed up, and nobody waits for a provider behind it.
    const seen = intentEventOf(recorded)
    for (const intent of intentsOf(seen))
      if (service.performs.includes(intent.kind)) performing.begin(intent, { recorded: seen, comesAgain })
    return 'done'
  }

  return async (stored, { retryCount } = { retryCount: 0 }) => {
    if (categoryOf(stored.stream) === undefined || !service.looksAt(stored.type)) return 'ignored'
    try {
      return await carryOut(stored, retryCount > 0)
    } catch (error) {
      // Whatever was known of the stream is not what it says now.
      if (error instanceof UndecodableEvent) commands.forget(stored.stream)
      const outcome = outcomeOf(error)
      if (outcome === undefined) throw error
      return outcome
    }
  }
}

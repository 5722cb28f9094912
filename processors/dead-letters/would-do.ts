import type { ShopEvent } from '../../domain/registry.ts'
import { categoryOf } from '../../domain/shared/streams.ts'
import type { Codec } from '../../infrastructure/event-store/codec.ts'
import {
  createCommandHandling,
  type CommandHandling,
  type LargeFold,
} from '../../infrastructure/event-store/handle-command.ts'
import {
  StoreUnavailable,
  type AllReader,
  type StoredEvent,
  type StreamReader,
} from '../../infrastructure/event-store/port.ts'
import { rehearse } from '../../infrastructure/event-store/rehearsal.ts'
import type { Outcome } from '../../infrastructure/subscriptions/outcome.ts'
import { createEventHandler } from '../event-handler.ts'
import type { Intent } from '../perform/intent.ts'
import type { Service } from '../services.ts'
import type { WholeDeadLetter } from './dead-letter.ts'

/** What a retry would do about the event, as everything stands now. @throws StoreUnavailable */
export type WouldDo = (group: string, event: StoredEvent) => Promise<WholeDeadLetter['retryWould']>

export const nothingWouldBeDone: WholeDeadLetter['retryWould'] = {
  commands: [],
  events: [],
  intents: [],
  failure: null,
}

export type WouldDoDependencies = {
  readonly store: StreamReader & Pick<AllReader, 'headPosition'>
  readonly codec: Codec<ShopEvent>
  /** The services, over these commands, with intents begun by telling `begin` of them and by nothing else. */
  readonly servicesOver: (commands: CommandHandling, begin: (intent: Intent) => void) => readonly Service[]
  readonly large?: readonly LargeFold[]
  readonly now: () => Date
}

/** What nobody foresaw is what would be parked again. @throws StoreUnavailable */
const failureOf = async (handle: () => Promise<Outcome>): Promise<string | null> => {
  try {
    const outcome = await handle()
    if (typeof outcome === 'string') return null
    return 'park' in outcome ? `${outcome.park.code}: ${outcome.park.message}` : `not now: ${outcome.reason}`
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error
    return `unexpected: ${error instanceof Error ? error.message : String(error)}`
  }
}

/**
 * The service's own handler, over a store that takes what it writes and gives it to nobody. Nothing is done: at most the provider is asked
 * whose a payment is.
 */
export const createWouldDo =
  ({ store, codec, servicesOver, large = [], now }: WouldDoDependencies): WouldDo =>
  async (group, event) => {
    const rehearsal = rehearse(store, now)
    const commands = createCommandHandling({ store: rehearsal.store, codec, large })
    const begun: string[] = []
    const begin = ({ kind, key }: Intent): void => void begun.push(`${kind} ${key}`)
    const found = servicesOver(commands, begin).find((one) => one.group === group)
    if (found === undefined) return nothingWouldBeDone
    const asked: string[] = []
    const service: Service = {
      ...found,
      react: (recorded) =>
        found.react(recorded).map((one) => ({
          ...one,
          handle: (context) => {
            asked.push(one.type)
            return one.handle(context)
          },
        })),
    }
    // As one that has been given before: what is remembered of a stream is looked up.
    const handle = createEventHandler({ codec, commands, service, performing: { begin }, now })
    const failure = await failureOf(() => handle(event, { retryCount: 1 }))
    return {
      commands: asked,
      // Not the states that are written down beside the events.
      events: rehearsal.appended().filter(({ stream }) => categoryOf(stream) !== undefined),
      intents: begun,
      failure,
    }
  }

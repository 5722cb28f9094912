import { streams } from '../../domain/shared/streams.ts'
import type { ShopEvent } from '../../domain/registry.ts'
import { UndecodableEvent, type Codec } from '../../infrastructure/event-store/codec.ts'
import type { StoredEvent, StreamReader } from '../../infrastructure/event-store/port.ts'
import { intentEventOf, intentsOf } from '../perform/intent.ts'
import type { Service } from '../services.ts'
import type { WholeDeadLetter } from './dead-letter.ts'

/** What the service would do about the event. */
export type WouldDo = (group: string, event: StoredEvent) => WholeDeadLetter['retryWould']

/** The commands that a service's process manager asks for, and the intents that it would begin. Nothing is done. */
export const createWouldDo =
  (codec: Codec<ShopEvent>, services: readonly Service[]): WouldDo =>
  (group, event) => {
    const nothing = { commands: [], intents: [], failure: null }
    const service = services.find((one) => one.group === group)
    if (service === undefined) return nothing
    try {
      const recorded = codec.decode(event)
      if (recorded === undefined) return nothing
      return {
        commands: service.react(recorded).map(({ type }) => type),
        intents: intentsOf(intentEventOf(recorded))
          .filter(({ kind }) => service.performs.includes(kind))
          .map(({ kind, key }) => `${kind} ${key}`),
        failure: null,
      }
    } catch (error) {
      if (!(error instanceof UndecodableEvent)) throw error
      return { ...nothing, failure: `${error.code}: ${error.message}` }
    }
  }

/** What has happened to an order, newest first. @throws StoreUnavailable */
export type RecentOf = (orderId: string) => Promise<WholeDeadLetter['recent']>

const most = 10

export const createRecentOf =
  (store: Pick<StreamReader, 'lastEvents'>): RecentOf =>
  async (orderId) => {
    const names = [streams.order, streams.reservation, streams.payment, streams.notification].map((of) => of(orderId))
    const events = (await Promise.all(names.map((name) => store.lastEvents(name, most)))).flat()
    return events
      .sort((one, other) => other.created.getTime() - one.created.getTime())
      .slice(0, most)
      .map(({ type, created, stream, revision }) => ({
        type,
        at: created.toISOString(),
        place: `${stream}@${revision}`,
      }))
  }

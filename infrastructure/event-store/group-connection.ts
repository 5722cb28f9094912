import type { PersistentSubscriptionToAll, PersistentSubscriptionToAllResolvedEvent } from '@eventstore/db-client'
import { asStoreFault } from './classify-error.ts'
import { UnusableAnswer, type Delivery, type GroupConnection } from './port.ts'
import { createPuller } from './puller.ts'
import { isEventId, retryCountOf } from './server-values.ts'
import type { StoreSettings } from './settings.ts'
import { toStoredEvent } from './stored-event.ts'
import type { ClientLease } from './subscription-clients.ts'
import { within } from './waiting.ts'

/** Answers when the server has confirmed the subscription. @throws StoreUnavailable, or what the server refused it with */
export const connectToGroup = async (
  lease: ClientLease,
  group: string,
  bufferSize: number,
  settings: StoreSettings,
): Promise<GroupConnection> => {
  const what = `subscription to group ${group}`
  const subscription = lease.client.subscribeToPersistentSubscriptionToAll(group, { bufferSize })
  const puller = createPuller<PersistentSubscriptionToAllResolvedEvent>(subscription)
  const end = createEnd()
  subscription.on('error', end.reach)
  subscription.on('end', end.reach)
  subscription.on('close', end.reach)
  const confirmed = Promise.withResolvers<void>()
  subscription.on('confirmation', () => { confirmed.resolve() })

  let closing: Promise<void> | undefined
  const close = (outcome: 'ended' | 'failed') => (closing ??= (async () => {
    end.reach()
    puller.wake()
    // Without this the server keeps the consumer's place, and the messages that it believes to be in our hands.
    await within(subscription.unsubscribe(), settings.closeTimeoutMs, 'unsubscribing')
      .catch((error: unknown) => { settings.warn(`${what} could not be ended`, error) })
    await lease.release(outcome)
  })())

  try {
    await within(end.orSooner(confirmed.promise), settings.readTimeoutMs, what)
    // Refused, or broken off, if there is an error to be thrown.
    if (end.reached()) puller.take()
  } catch (error) {
    await close('failed')
    throw asStoreFault(error, what)
  }

  const deliveries = async function* (): AsyncGenerator<Delivery, void, undefined> {
    let outcome: 'ended' | 'failed' = 'ended'
    try {
      while (closing === undefined) {
        const item = puller.take()
        if (item !== undefined) {
          const delivery = toDelivery(item)
          if (delivery === undefined) settings.warn(`${what}: a delivery has no id that it could be answered by`, undefined)
          else yield delivery
        } else if (puller.ended()) return
        else await puller.changed()
      }
    } catch (error) {
      outcome = 'failed'
      throw asStoreFault(error, what)
    } finally {
      await close(outcome)
    }
  }

  /**
   * The client's promise means no more than "written here", and is never settled when the connection breaks while the write waits
   * for room. So it is raced with the end; what is lost by that comes again.
   */
  const tell = async (call: Promise<void>) => {
    try {
      await end.orSooner(call)
    } catch (error) {
      settings.warn(`an answer to group ${group} was lost`, error)
    }
  }

  return {
    deliveries: { [Symbol.asyncIterator]: deliveries },
    ack: (ackIds) => tell(subscription.ack(...ackIds.map(byId))),
    park: (ackIds, reason) => tell(subscription.nack('park', reason, ...ackIds.map(byId))),
    close: () => close('ended'),
  }
}

/** The end of a subscription, to wait for together with something else, as often as one likes: nothing of it stays behind. */
const createEnd = () => {
  let reached = false
  const waiting = new Set<() => void>()
  return {
    reached: () => reached,
    reach: () => {
      reached = true
      for (const go of waiting) go()
    },
    orSooner: (work: Promise<void>): Promise<void> => new Promise((resolve, reject) => {
      const done = () => { waiting.delete(done); resolve() }
      waiting.add(done)
      work.then(done, (error: Error) => { waiting.delete(done); reject(error) })
      if (reached) done()
    }),
  }
}

/** The client takes whole events and looks at nothing but the id. */
const byId = (id: string): Parameters<PersistentSubscriptionToAll['ack']>[0] =>
  ({ event: { id }, retryCount: 0 }) as unknown as Parameters<PersistentSubscriptionToAll['ack']>[0]

/**
 * The server knows a delivery by the link's id where there is a link. For a message replayed from the parked stream the position is
 * that of the parked message, not of the original.
 */
const toDelivery = ({ event, link, retryCount }: PersistentSubscriptionToAllResolvedEvent): Delivery | undefined => {
  const ackId = link?.id ?? event?.id
  // Among others in one answer it would undo them all.
  if (!isEventId(ackId)) return undefined
  const delivery = { ackId, retryCount: retryCountOf(retryCount) }
  if (event === undefined) return { ...delivery, event }
  try {
    return { ...delivery, event: toStoredEvent(event) }
  } catch (error) {
    if (!(error instanceof UnusableAnswer)) throw error
    const { id, streamId: stream, type, data, metadata } = event
    return { ...delivery, event: undefined, unusable: { event: { id, stream, type, data, metadata }, reason: error.message } }
  }
}

import { START, streamNameFilter, type AllStreamResolvedEvent } from '@eventstore/db-client'
import { asStoreFault } from './classify-error.ts'
import { StoreUnavailable, type AllSubscriber, type CatchUpMessage } from './port.ts'
import { comparePositions, type Position } from './position.ts'
import { createPuller } from './puller.ts'
import { placeOf } from './server-values.ts'
import type { StoreSettings } from './settings.ts'
import { toStoredEvent } from './stored-event.ts'
import type { SubscriptionClients } from './subscription-clients.ts'
import { within } from './waiting.ts'

const usualWindows = 8

/** Something the server said between two events: it counts only once the events before it have been handed on. */
type Note = { readonly afterItem: number; readonly message: Exclude<CatchUpMessage, { kind: 'event' }> }

export const createSubscribeToAll = (clients: SubscriptionClients, settings: StoreSettings): AllSubscriber['subscribeToAll'] =>
  async function* ({ after, streamPrefixes, windowsBetweenCheckpoints = usualWindows, signal }) {
    if (signal.aborted) return
    const lease = clients.lease()
    const notes: Note[] = []
    let taken = 0
    let confirmed = false
    let outcome: 'ended' | 'failed' = 'ended'
    let yieldedUpTo: Position | undefined = after === 'start' ? undefined : after

    // The client calls this while earlier events still lie in its buffer, so saving the position now would lose them in a crash.
    // It must not throw: the subscription would stand still for ever.
    const note = (message: Note['message']) => {
      const afterItem = taken + puller.waiting()
      const last = notes.at(-1)
      if (last?.afterItem === afterItem && last.message.kind === message.kind) notes.pop()
      notes.push({ afterItem, message })
      puller.wake()
    }

    const subscription = lease.client.subscribeToAll({
      fromPosition: after === 'start' ? START : { commit: after.commit, prepare: after.prepare },
      filter: streamNameFilter({
        prefixes: [...streamPrefixes],
        checkpointInterval: windowsBetweenCheckpoints,
        checkpointReached: (_, said) => {
          const position = placeOf(said)
          if (position !== undefined) note({ kind: 'checkpoint', position })
        },
      }),
    })
    const puller = createPuller<AllStreamResolvedEvent>(subscription)
    subscription.on('confirmation', () => { confirmed = true; puller.wake() })
    subscription.on('caughtUp', () => { note({ kind: 'caught_up' }) })
    const onAbort = () => { puller.wake() }
    signal.addEventListener('abort', onAbort, { once: true })

    /** Checkpoints that trail behind what has been handed on say nothing. */
    const isNews = (message: Note['message']) =>
      message.kind === 'caught_up' || yieldedUpTo === undefined || comparePositions(message.position, yieldedUpTo) > 0

    try {
      while (!signal.aborted) {
        const due = notes[0]
        if (due !== undefined && due.afterItem <= taken) {
          notes.shift()
          if (!isNews(due.message)) continue
          if (due.message.kind === 'checkpoint') yieldedUpTo = due.message.position
          yield due.message
          continue
        }
        const item = puller.take()
        if (item !== undefined) {
          taken += 1
          if (item.event === undefined) continue
          const event = toStoredEvent(item.event)
          yieldedUpTo = event.position
          yield { kind: 'event', event }
        } else if (puller.ended()) {
          // Nobody here asked for it: the client tells of no fault when the server goes away in good order.
          throw new StoreUnavailable('the server ended the subscription to $all')
        } else {
          await (confirmed ? puller.changed() : puller.changed(settings.readTimeoutMs, 'subscription to $all'))
        }
      }
    } catch (error) {
      outcome = 'failed'
      throw asStoreFault(error, 'subscription to $all')
    } finally {
      signal.removeEventListener('abort', onAbort)
      // Leaving the loop does not end the call; the server would go on sending.
      await within(subscription.unsubscribe(), settings.closeTimeoutMs, 'unsubscribing')
        .catch((error: unknown) => { settings.warn('a subscription could not be ended', error) })
      await lease.release(outcome)
    }
  }

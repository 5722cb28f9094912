import { answerWithin } from './answer-within.ts'
import { asStoreFault } from './classify-error.ts'
import { StoreUnavailable, type AllSubscriber, type CatchUpMessage } from './port.ts'
import { comparePositions, type Position } from './position.ts'
import { openReadCall, type ReadCall } from './read-call.ts'
import type { ReadMessage } from './read-message.ts'
import { subscription } from './read-request.ts'
import { placeOf } from './server-values.ts'
import type { StoreSettings } from './adapter-settings.ts'
import { toStoredEvent } from './stored-event.ts'
import type { SubscriptionClients } from './subscription-clients.ts'

const usualWindows = 8
const what = 'subscription to $all'

export const createSubscribeToAll = (
  clients: SubscriptionClients,
  settings: StoreSettings,
): AllSubscriber['subscribeToAll'] =>
  async function* ({ after, streamPrefixes, windowsBetweenCheckpoints = usualWindows, signal }) {
    if (signal.aborted) return
    const lease = clients.lease()
    const opening = openReadCall(lease.client, subscription({ after, streamPrefixes, windowsBetweenCheckpoints }))
    let call: ReadCall | undefined
    const onAbort = () => {
      call?.wake()
    }
    signal.addEventListener('abort', onAbort, { once: true })
    let isConfirmed = false
    let outcome: 'ended' | 'failed' = 'ended'
    let yieldedUpTo: Position | undefined = after === 'start' ? undefined : after

    /** What is news in it; checkpoints that trail behind what has been handed on say nothing. */
    const newsIn = (message: ReadMessage): CatchUpMessage | undefined => {
      if (message.kind === 'caught_up') return { kind: 'caught_up' }
      if (message.kind === 'event' && message.event !== undefined)
        return { kind: 'event', event: toStoredEvent(message.event) }
      if (message.kind !== 'checkpoint') return undefined
      const position = placeOf(message.position)
      if (position === undefined || (yieldedUpTo !== undefined && comparePositions(position, yieldedUpTo) <= 0))
        return undefined
      return { kind: 'checkpoint', position }
    }

    try {
      call = await answerWithin(opening, settings.readTimeoutMs, what, signal)
      while (!signal.aborted) {
        const message = call.take()
        if (message !== undefined) {
          if (message.kind === 'confirmation') isConfirmed = true
          const news = newsIn(message)
          if (news === undefined) continue
          if (news.kind === 'event') yieldedUpTo = news.event.position
          else if (news.kind === 'checkpoint') yieldedUpTo = news.position
          yield news
        } else if (call.ended()) {
          // Nobody here asked for it: there is no fault told of when the server goes away in good order.
          throw new StoreUnavailable(`the server ended the ${what}`)
        } else {
          await (isConfirmed ? call.changed() : call.changed(settings.readTimeoutMs, what))
        }
      }
    } catch (error) {
      if (signal.aborted && call === undefined) return
      outcome = 'failed'
      throw asStoreFault(error, what)
    } finally {
      signal.removeEventListener('abort', onAbort)
      // Leaving the loop does not end the call; the server would go on sending.
      if (call === undefined)
        opening.then(
          (late) => late.cancel(),
          () => undefined,
        )
      else {
        await answerWithin(call.cancel(), settings.closeTimeoutMs, 'unsubscribing').catch((error: unknown) => {
          settings.warn('a subscription could not be cancelled', error)
        })
      }
      await lease.release(outcome)
    }
  }

import { answerWithin } from './answer-within.ts'
import { asStoreFault } from './classify-error.ts'
import type { DeliveredMessage } from './delivered-message.ts'
import { callGroup, type GroupCall } from './group-call.ts'
import type { Delivery, GroupConnection } from './port.ts'
import type { StoreSettings } from './adapter-settings.ts'
import type { ClientLease } from './subscription-clients.ts'

/** Answers when the server has confirmed the subscription. @throws StoreUnavailable, or what the server refused it with */
export const connectToGroup = async (
  lease: ClientLease,
  group: string,
  bufferSize: number,
  settings: StoreSettings,
): Promise<GroupConnection> => {
  const what = `subscription to group ${group}`
  const calling = callGroup(lease.client, group, bufferSize)
  let call: GroupCall | undefined
  let closing: Promise<void> | undefined

  const close = (outcome: 'ended' | 'failed') =>
    (closing ??= (async () => {
      call?.wake()
      await call?.cancel()
      await lease.release(outcome)
    })())

  /** What the server says next; undefined when it has nothing more to say. */
  const next = async (from: GroupCall, limitMs?: number): Promise<DeliveredMessage | undefined> => {
    while (closing === undefined) {
      const message = from.take()
      if (message !== undefined || from.ended()) return message
      await from.changed(limitMs, what)
    }
    return undefined
  }

  let own: GroupCall
  let first: DeliveredMessage | undefined
  try {
    own = call = await answerWithin(calling, settings.readTimeoutMs, what)
    first = await next(own, settings.readTimeoutMs)
  } catch (error) {
    // One that is made later than anybody waits for it, since the server was slow to say what it can, is not left open either.
    if (call === undefined)
      calling.then(
        (late) => late.cancel(),
        () => undefined,
      )
    await close('failed')
    throw asStoreFault(error, what)
  }

  const deliveries = async function* (): AsyncGenerator<Delivery, void, undefined> {
    let outcome: 'ended' | 'failed' = 'ended'
    try {
      for (let message = first; message !== undefined; message = await next(own)) {
        if (message.kind === 'delivery') yield message.delivery
        else if (message.kind === 'unanswerable')
          settings.warn(`${what}: a delivery without an id can be neither acknowledged nor parked`, undefined)
      }
    } catch (error) {
      outcome = 'failed'
      throw asStoreFault(error, what)
    } finally {
      await close(outcome)
    }
  }

  return {
    deliveries: { [Symbol.asyncIterator]: deliveries },
    ack: (ackIds) => own.ack(ackIds),
    park: (ackIds, reason) => own.park(ackIds, reason),
    close: () => close('ended'),
  }
}

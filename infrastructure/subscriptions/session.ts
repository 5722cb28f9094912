import type { Delivery, GroupConnection } from '../event-store/port.ts'

/** One subscription, from its confirmation to its end: what is delivered is handed on, and acknowledged or parked. */
export type Session = {
  /**
   * Offers what comes to `accept`, one after another, until it is told to stop or the server ends it. Where that answers false there is
   * no room: nothing more is read until `room` answers, and then it is offered again.
   */
  run(accept: (delivery: Delivery) => boolean, room: () => Promise<void>): Promise<SessionEnd>
  /** Ends `run`, at once: what comes after is not looked at, and goes back to the server when the connection is closed. */
  stop(): void
  /** Dropped by the server, or closed: nothing is acknowledged any more, and the events are delivered again. */
  isOver(): boolean
  /** Goes out together with others: see `flush`. */
  ack(ackId: string): void
  /** `reason` in one line. */
  park(ackId: string, reason: string): void
  /** Resolves when every acknowledgement so far has been handed over. */
  flush(): Promise<void>
  /** Gives back to the server what was neither acknowledged nor parked. */
  close(): Promise<void>
}

export type SessionEnd = { readonly kind: 'stopped' } | { readonly kind: 'dropped'; readonly error: unknown }

const mostAcksOfAMessage = 50

export const createSession = (
  connection: GroupConnection,
  { bufferSize, ackLingerMs }: { readonly bufferSize: number; readonly ackLingerMs: number },
): Session => {
  // Beyond half the window the server would run out of things to send while it waits for us.
  const acksOfAMessage = Math.max(1, Math.min(mostAcksOfAMessage, Math.floor(bufferSize / 2)))
  let acks: string[] = []
  let lingering: NodeJS.Timeout | undefined
  const sending = new Set<Promise<void>>()
  let stopped = false
  let over = false
  let interrupt = () => {
    /* nothing is being waited for yet */
  }

  /** What `work` answers, or that there is no more to wait for. One promise a wait: a subscription lives for months, and leaves no trail. */
  const unlessStopped = <Answer>(work: Promise<Answer>) =>
    new Promise<Answer | 'stopped'>((resolve, reject) => {
      interrupt = () => {
        resolve('stopped')
      }
      work.then(resolve, reject)
    })

  // Neither acknowledging nor parking ever rejects: each is only a hint.
  const send = (call: Promise<void>) => {
    const sent = call.finally(() => sending.delete(sent))
    sending.add(sent)
  }

  const sendAcks = () => {
    clearTimeout(lingering)
    lingering = undefined
    if (acks.length === 0) return
    send(connection.ack(acks))
    acks = []
  }

  const handOn = async (accept: (delivery: Delivery) => boolean, room: () => Promise<void>): Promise<SessionEnd> => {
    const deliveries = connection.deliveries[Symbol.asyncIterator]()
    while (!stopped) {
      const next = await unlessStopped(deliveries.next())
      if (next === 'stopped') break
      if (next.done === true) return stopped ? { kind: 'stopped' } : { kind: 'dropped', error: undefined }
      while (!stopped && !accept(next.value)) await unlessStopped(room())
    }
    return { kind: 'stopped' }
  }

  return {
    async run(accept, room) {
      try {
        const end = await handOn(accept, room)
        over = end.kind === 'dropped'
        return end
      } catch (error) {
        over = true
        return { kind: 'dropped', error }
      }
    },

    stop() {
      stopped = true
      interrupt()
    },

    isOver: () => over,

    ack(ackId) {
      if (over) return
      acks.push(ackId)
      if (acks.length >= acksOfAMessage) sendAcks()
      else lingering ??= setTimeout(sendAcks, ackLingerMs)
    },

    park(ackId, reason) {
      if (!over) send(connection.park([ackId], reason))
    },

    async flush() {
      sendAcks()
      await Promise.all(sending)
    },

    async close() {
      over = true
      await connection.close()
    },
  }
}

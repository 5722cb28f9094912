import type { GroupConnection } from '../event-store/port.ts'
import { createAckBatch } from './ack-batch.ts'

/** What is told to the server on one connection. After its end everything here is without effect: the events come again. */
export type Answers = {
  ack(ackId: string): void
  /** `reason` in one line. */
  park(ackId: string, reason: string): void
  flush(): Promise<void>
}

const mostAcksOfAMessage = 50

export const createAnswers = (
  connection: Pick<GroupConnection, 'ack' | 'park'>,
  { bufferSize, ackLingerMs }: { readonly bufferSize: number; readonly ackLingerMs: number },
): Answers => {
  // Beyond half the window the server would run out of things to send while it waits for us.
  const size = Math.max(1, Math.min(mostAcksOfAMessage, Math.floor(bufferSize / 2)))
  const acks = createAckBatch({ size, lingerMs: ackLingerMs, send: (ackIds) => connection.ack(ackIds) })
  const parks = new Set<Promise<void>>()

  return {
    ack: (ackId) => { acks.add(ackId) },
    park(ackId, reason) {
      const sent = connection.park([ackId], reason).finally(() => parks.delete(sent))
      parks.add(sent)
    },
    async flush() {
      await acks.flush()
      await Promise.all(parks)
    },
  }
}

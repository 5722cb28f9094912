import { randomUUID } from 'node:crypto'
import type { EventToStore, GroupSettings } from '../../infrastructure/event-store/port.ts'

/** An event of no shop, told from others by its number; `text` makes it as long as one likes. */
export const counted = (n: number, text?: string): EventToStore => ({
  id: randomUUID(),
  type: 'Counted',
  data: text === undefined ? { n } : { n, text },
  metadata: {},
})

export const numberIn = (data: unknown): number => (data as { readonly n: number }).n

export const count = async (items: AsyncIterable<unknown>): Promise<number> => {
  let all = 0
  for await (const _ of items) all += 1
  return all
}

/** What it was rejected with. */
/** For a test that is about anything but a group's settings. */
export const anyGroupSettings: GroupSettings = {
  messageTimeoutMs: 60_000,
  maxRetryCount: 1_000_000,
  checkPointLowerBound: 1,
  checkPointUpperBound: 100,
  checkPointAfterMs: 100,
  readBatchSize: 100,
  historyBufferSize: 500,
  liveBufferSize: 500,
}

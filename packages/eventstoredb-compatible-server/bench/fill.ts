import { randomUUID } from 'node:crypto'
import { openLog } from '../src/log/open-log.ts'
import { benchData, benchMetadata, benchType } from './events.ts'

/** The stream that the persistent subscriptions are on. */
export const queue = 'bench-queue'

/** Every other event outside the queue is in a stream whose name begins so. */
export const orderPrefix = 'order-'

const EVENTS_A_STREAM = 10
const APPENDS_AT_ONCE = 100

const data = Buffer.from(JSON.stringify(benchData))
const metadata = Buffer.from(JSON.stringify(benchMetadata))
const records = (count: number) =>
  Array.from({ length: count }, () => ({ id: randomUUID(), type: benchType, isJson: true, data, metadata }))

/** Puts events into a data directory that no server has open: half in order streams, half in others, ten a stream; the queue first. */
export const fill = async (
  directory: string,
  { events, queued }: { events: number; queued: number },
): Promise<void> => {
  const log = openLog({ directory })
  for (let left = queued; left > 0; left -= 1_000) await log.append(queue, 'any', records(Math.min(left, 1_000)))
  for (let done = 0; done < events; done += APPENDS_AT_ONCE * EVENTS_A_STREAM) {
    await Promise.all(
      Array.from({ length: APPENDS_AT_ONCE }, (_, index) =>
        log.append(`${index % 2 === 0 ? orderPrefix : 'invoice-'}${randomUUID()}`, 'any', records(EVENTS_A_STREAM)),
      ),
    )
  }
  await log.close()
}

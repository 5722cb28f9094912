import {
  BACKWARDS, END, START, type AllStreamResolvedEvent, type ResolvedEvent, type StreamingRead,
} from '@eventstore/db-client'
import { asStoreFault, classifyError, mayPass } from './classify-error.ts'
import type { AllReader, Patience, StoredEvent, StreamReader } from './port.ts'
import { comparePositions, type Position } from './position.ts'
import { createPuller } from './puller.ts'
import type { ReadingClient } from './reading-client.ts'
import type { StoreSettings } from './settings.ts'
import { toStoredEvent } from './stored-event.ts'
import { jittered, pause, within } from './waiting.ts'

/** What the server says of a place beyond the end of its log (`Error`) and of one where no record begins (`InvalidPosition`). */
const noSuchPlace = /Unexpected ReadAllResult: (?:Error|InvalidPosition)/

type Resolved = ResolvedEvent | AllStreamResolvedEvent

/** One read call, pulled; cancelled when the reader leaves early, which the client does not do by itself. */
export async function* pullRead<Item extends Resolved>(
  open: () => StreamingRead<Item>,
  { readTimeoutMs, closeTimeoutMs }: StoreSettings,
  what: string,
  signal?: AbortSignal,
): AsyncGenerator<Item, void, undefined> {
  const read = open()
  const puller = createPuller<Item>(read)
  try {
    for (;;) {
      const item = puller.take()
      if (item !== undefined) yield item
      else if (puller.ended()) return
      else await within(puller.changed(), readTimeoutMs, what, signal)
    }
  } finally {
    if (!puller.ended()) await cancel(read, closeTimeoutMs)
  }
}

/** A call that has not even been made yet (the server is silent) has nothing to cancel, and waiting for it would not end. */
const cancel = async (read: { cancel(): Promise<void> }, limitMs: number): Promise<void> => {
  await within(read.cancel(), limitMs, 'cancelling a read').catch(() => undefined)
}

/**
 * Reads, and reads on from where it was when the connection breaks, until the patience is up without a single event. `open` is given
 * the last event that was there.
 */
async function* persistently(
  open: (last: StoredEvent | undefined, yielded: number) => AsyncIterable<StoredEvent>,
  { patienceMs }: StoreSettings,
  what: string,
  signal?: AbortSignal,
): AsyncGenerator<StoredEvent, void, undefined> {
  let last: StoredEvent | undefined
  let yielded = 0
  let attempt = 0
  let giveUpAt = Date.now() + patienceMs
  for (;;) {
    try {
      for await (const event of open(last, yielded)) {
        yield event
        last = event
        yielded += 1
        attempt = 0
        giveUpAt = Date.now() + patienceMs
      }
      return
    } catch (error) {
      const fault = classifyError(error)
      if (fault === 'missing') return
      if (!mayPass(fault)) throw error
      const breather = jittered(attempt, 50, 1_000)
      if (signal?.aborted === true || Date.now() + breather >= giveUpAt) throw asStoreFault(error, what)
      attempt += 1
      await pause(breather, signal)
    }
  }
}

export const createReading = (reading: ReadingClient, settings: StoreSettings): StreamReader & AllReader => {
  /** A missing or deleted stream is an error of the client's, and an empty one here. */
  const readStream = (stream: string, { from = 0n, limit, signal }: { from?: bigint; limit?: number } & Patience = {}) =>
    persistently(async function* (last, yielded) {
      if (limit !== undefined && yielded >= limit) return
      const fromRevision = last === undefined ? from : last.revision + 1n
      const count = limit === undefined ? {} : { maxCount: limit - yielded }
      const open = () => reading.current().readStream(stream, { fromRevision, ...count })
      for await (const { event } of pullRead(open, settings, `read of ${stream}`, signal)) {
        if (event !== undefined) yield toStoredEvent(event)
      }
    }, settings, `read of ${stream}`, signal)

  return {
    readStream,

    async lastEvents(stream, count, { signal } = {}) {
      const what = `read of the end of ${stream}`
      const found: StoredEvent[] = []
      // What has come already is not asked for again: reading backwards, "after the last one" is before it.
      const events = persistently(async function* (last, yielded) {
        if (yielded >= count || last?.revision === 0n) return
        const fromRevision = last === undefined ? END : last.revision - 1n
        const open = () => reading.current().readStream(stream, { direction: BACKWARDS, fromRevision, maxCount: count - yielded })
        for await (const { event } of pullRead(open, settings, what, signal)) if (event !== undefined) yield toStoredEvent(event)
      }, settings, what, signal)
      for await (const event of events) found.push(event)
      return found
    },

    readAll: ({ after, limit } = {}) =>
      persistently(async function* (last, yielded) {
        const beyond = last?.position ?? after
        let left = limit === undefined ? Infinity : limit - yielded
        if (left <= 0) return
        // The server begins with the event at the position itself.
        const count = limit === undefined ? {} : { maxCount: left + 1 }
        const open = () => reading.current().readAll({ fromPosition: beyond ?? START, ...count })
        for await (const { event } of pullRead(open, settings, 'read of $all')) {
          if (event === undefined) continue
          const stored = toStoredEvent(event)
          if (beyond !== undefined && comparePositions(stored.position, beyond) <= 0) continue
          yield stored
          left -= 1
          if (left <= 0) return
        }
      }, settings, 'read of $all'),

    async headPosition() {
      let head: Position | undefined
      const open = () => reading.current().readAll({ fromPosition: END, direction: BACKWARDS, maxCount: 1 })
      const events = persistently(async function* () {
        for await (const { event } of pullRead(open, settings, 'read of the head of $all')) if (event !== undefined) yield toStoredEvent(event)
      }, settings, 'read of the head of $all')
      for await (const event of events) head = event.position
      return head
    },

    async holds(position) {
      // Forwards from beyond the end is answered as if all were well.
      const open = () => reading.current().readAll({ fromPosition: position, direction: BACKWARDS, maxCount: 1 })
      const what = 'look for a place in $all'
      try {
        const before = pullRead(open, settings, what)
        while ((await before.next()).done !== true);
        return true
      } catch (error) {
        if (error instanceof Error && noSuchPlace.test(error.message)) return false
        throw asStoreFault(error, what)
      }
    },
  }
}

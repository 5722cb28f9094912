import type streams from '@eventstore/db-client/generated/streams_pb.js'
import { backoffMs, type Backoff } from '../time/back-off.ts'
import { pause } from '../time/waiting.ts'
import { answerWithin } from './answer-within.ts'
import { asStoreFault, classifyError, isNoSuchPlace, mayPass } from './classify-error.ts'
import { ClientClosed } from './client.ts'
import type { AllReader, Patience, StoredEvent, StreamReader } from './port.ts'
import { comparePositions, type Position } from './position.ts'
import { openReadCall, type ReadCall } from './read-call.ts'
import type { ReadMessage } from './read-message.ts'
import { readOfAll, readOfStream } from './read-request.ts'
import type { ReadingClient } from './reading-client.ts'
import type { StoreSettings } from './adapter-settings.ts'
import { toStoredEvent } from './stored-event.ts'
import { TooManyWait } from './turns.ts'

const attemptsApart: Backoff = { firstMs: 50, capMs: 1_000 }

/** One read call, pulled, when there is a place for it; cancelled when the reader leaves early. Nothing comes of a stream that is not there. */
export async function* pullRead(
  reading: ReadingClient,
  request: streams.ReadReq,
  { readTimeoutMs, patienceMs }: StoreSettings,
  what: string,
  signal?: AbortSignal,
): AsyncGenerator<Extract<ReadMessage, { kind: 'event' }>, void, undefined> {
  const turn = await reading.turn(patienceMs, signal)
  const opening = openReadCall(turn.client, request)
  const inTime = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await answerWithin(work, readTimeoutMs, what, signal)
    } catch (error) {
      if (signal?.aborted !== true) reading.noteFailure(turn.client, error)
      throw error
    }
  }
  let call: ReadCall | undefined
  try {
    call = await inTime(opening)
    for (;;) {
      const message = call.take()
      if (message !== undefined || call.ended()) reading.noteAnswer(turn.client)
      if (message?.kind === 'event') yield message
      else if (message === undefined) {
        if (call.ended()) return
        await inTime(call.changed())
      }
    }
  } finally {
    if (call === undefined)
      opening.then(
        (late) => late.cancel(),
        () => undefined,
      )
    else if (!call.ended()) await call.cancel()
    turn.end()
  }
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
      if (!mayPass(fault) || error instanceof ClientClosed) throw error
      // What has begun goes on when there is room again.
      if (error instanceof TooManyWait && attempt === 0) throw error
      const breather = backoffMs(attempt, attemptsApart)
      if (signal?.aborted === true || Date.now() + breather >= giveUpAt) throw asStoreFault(error, what)
      attempt += 1
      await pause(breather, signal)
    }
  }
}

export const createReading = (reading: ReadingClient, settings: StoreSettings): StreamReader & AllReader => {
  const readStream = (
    stream: string,
    { from = 0n, limit, signal }: { from?: bigint; limit?: number } & Patience = {},
  ) =>
    persistently(
      async function* (last, yielded) {
        if (limit !== undefined && yielded >= limit) return
        const left = limit === undefined ? undefined : limit - yielded
        const request = readOfStream({ stream, from: last === undefined ? from : last.revision + 1n, limit: left })
        for await (const { event } of pullRead(reading, request, settings, `read of ${stream}`, signal)) {
          if (event !== undefined) yield toStoredEvent(event)
        }
      },
      settings,
      `read of ${stream}`,
      signal,
    )

  return {
    readStream,

    async lastEvents(stream, count, { signal } = {}) {
      const what = `read of the end of ${stream}`
      const found: StoredEvent[] = []
      // What has come already is not asked for again: reading backwards, "after the last one" is before it.
      const events = persistently(
        async function* (last, yielded) {
          if (yielded >= count || last?.revision === 0n) return
          const request = readOfStream({
            stream,
            backwards: true,
            from: last === undefined ? 'end' : last.revision - 1n,
            limit: count - yielded,
          })
          for await (const { event } of pullRead(reading, request, settings, what, signal))
            if (event !== undefined) yield toStoredEvent(event)
        },
        settings,
        what,
        signal,
      )
      for await (const event of events) found.push(event)
      return found
    },

    readAll: ({ after, limit } = {}) =>
      persistently(
        async function* (last, yielded) {
          const beyond = last?.position ?? after
          let left = limit === undefined ? Infinity : limit - yielded
          if (left <= 0) return
          // The server begins with the event at the position itself.
          const request = readOfAll({ from: beyond ?? 'start', limit: limit === undefined ? undefined : left + 1 })
          for await (const { event } of pullRead(reading, request, settings, 'read of $all')) {
            if (event === undefined) continue
            const stored = toStoredEvent(event)
            if (beyond !== undefined && comparePositions(stored.position, beyond) <= 0) continue
            yield stored
            left -= 1
            if (left <= 0) return
          }
        },
        settings,
        'read of $all',
      ),

    async headPosition({ signal } = {}) {
      let head: Position | undefined
      const request = readOfAll({ from: 'end', backwards: true, limit: 1 })
      const events = persistently(
        async function* () {
          for await (const { event } of pullRead(reading, request, settings, 'read of the head of $all', signal))
            if (event !== undefined) yield toStoredEvent(event)
        },
        settings,
        'read of the head of $all',
        signal,
      )
      for await (const event of events) head = event.position
      return head
    },

    async holds(position) {
      // Forwards from beyond the end is answered as if all were well.
      const request = readOfAll({ from: position, backwards: true, limit: 1 })
      const what = 'look for a place in $all'
      try {
        const before = pullRead(reading, request, settings, what)
        while ((await before.next()).done !== true);
        return true
      } catch (error) {
        if (isNoSuchPlace(error)) return false
        throw asStoreFault(error, what)
      }
    },
  }
}

import type streams from '@eventstore/db-client/generated/streams_pb.js'
import { defaultSettings, type StoreSettings, type Warn } from './adapter-settings.ts'
import { asStoreFault, classifyError, isNoSuchPlace } from './classify-error.ts'
import type { Position } from './position.ts'
import { readOfAll, readOfStream } from './read-request.ts'
import { pullRead } from './read.ts'
import { createReadingClient } from './reading-client.ts'
import type { RecordedEvent } from './recorded-event.ts'

export type { RecordedEvent } from './recorded-event.ts'

/** What a stream has at one of its places: an event of its own, or a link and what it leads to. `event` is undefined where that is gone. */
export type StreamPlace = { readonly event: RecordedEvent | undefined; readonly link: RecordedEvent | undefined }

/** `forwards`: oldest first, from `from` (inclusive) on. `backwards`: newest first; in a stream from `from` (inclusive), in `$all` before it. */
export type PageOf<Place> = {
  readonly from: Place | 'start' | 'end'
  readonly direction: 'forwards' | 'backwards'
  readonly limit: number
  readonly signal?: AbortSignal | undefined
}

/** Reads for people: whatever is there, as it is, of any stream. */
export type StreamBrowser = {
  /** Nothing, or undefined, of a stream that is not there. @throws StoreUnavailable, UnusableAnswer */
  stream(name: string, page: PageOf<bigint>): Promise<readonly StreamPlace[] | undefined>
  /** Undefined when the log has no such place. @throws StoreUnavailable, UnusableAnswer */
  all(page: PageOf<Position>): Promise<readonly StreamPlace[] | undefined>
  close(): Promise<void>
}

/** A person waits. In milliseconds. */
const longestSilence = 2_000

/** With a client of its own, which is opened by the first read. */
export const connectStreamBrowser = ({ url, warn }: { readonly url: string; readonly warn: Warn }): StreamBrowser => {
  const settings: StoreSettings = {
    ...defaultSettings,
    warn,
    readTimeoutMs: longestSilence,
    patienceMs: longestSilence,
  }
  const reading = createReadingClient(url, settings)

  const read = async (request: streams.ReadReq, what: string, signal: AbortSignal | undefined) => {
    const found: StreamPlace[] = []
    try {
      for await (const { event, link } of pullRead(reading, request, settings, what, signal))
        found.push({ event, link })
    } catch (error) {
      if (classifyError(error) === 'missing' || isNoSuchPlace(error)) return undefined
      throw asStoreFault(error, what)
    }
    return found
  }

  return {
    async stream(name, { from, direction, limit, signal }) {
      const backwards = direction === 'backwards'
      const request = readOfStream({
        stream: name,
        from: from === 'start' ? 0n : from,
        backwards,
        limit,
        resolveLinks: true,
      })
      return read(request, `read of ${name}`, signal)
    },
    all: ({ from, direction, limit, signal }) =>
      read(readOfAll({ from, backwards: direction === 'backwards', limit }), 'read of $all', signal),
    close: () => reading.close(),
  }
}

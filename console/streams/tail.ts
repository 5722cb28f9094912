import type { StreamBrowser, StreamPlace } from '../../infrastructure/event-store/browse.ts'
import { StoreUnavailable } from '../../infrastructure/event-store/port.ts'
import { pause } from '../../infrastructure/time/waiting.ts'
import { pageOf } from './pages.ts'

export type Tailed = { readonly place: StreamPlace } | { readonly behind: string }

export type TailOptions = {
  readonly browser: Pick<StreamBrowser, 'stream' | 'all'>
  readonly stream: string
  /** Undefined: what comes from now on. */
  readonly from: string | undefined
  readonly signal: AbortSignal
  readonly everyMs?: number
}

/** How much is read at a time. */
const piece = 100

/**
 * What comes in a stream from `from` on, for as long as somebody looks; asked for anew every while, as the follow-ups do. A stream that is not
 * there yet is waited for; so is a store that is away, which is told once.
 */
export async function* tail({ browser, stream, from, signal, everyMs = 500 }: TailOptions): AsyncGenerator<Tailed> {
  let at = from
  let isAway = false
  while (!signal.aborted) {
    let isMore = false
    try {
      const page = await pageOf(browser, stream, {
        from: at ?? 'end',
        direction: 'forwards',
        limit: piece,
        signal,
      })
      isAway = false
      // What is made later begins with its first event.
      if (page === undefined) at ??= stream === '$all' ? 'end' : '0'
      for (const place of page?.places ?? []) yield { place }
      at = page?.newer ?? at
      isMore = page?.places.length === piece
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof StoreUnavailable)) throw error
      if (!isAway) yield { behind: 'the event store is away' }
      isAway = true
    }
    if (!isMore) await pause(everyMs, signal)
  }
}

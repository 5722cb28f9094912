import type { StreamBrowser, StreamPlace } from '../../infrastructure/event-store/browse.ts'
import {
  comparePositions,
  positionFromText,
  positionToText,
  type Position,
} from '../../infrastructure/event-store/position.ts'

type Readable = Pick<StreamBrowser, 'stream' | 'all'>

export type Direction = 'forwards' | 'backwards'

export type Wanted = {
  readonly from: string | undefined
  readonly direction: Direction
  readonly limit: number
  readonly signal?: AbortSignal | undefined
}

export type Page = {
  readonly places: readonly StreamPlace[]
  readonly older: string | null
  readonly newer: string | null
}

/** A place as it is written in an address, of `$all` or of a stream. */
export const isFrom = (stream: string, text: string): boolean =>
  ['start', 'end'].includes(text) ||
  (stream === '$all' ? positionFromText(text) !== undefined : /^\d{1,18}$/.test(text))

const placeOf = ({ event, link }: StreamPlace) => link ?? event
const revisionOf = (place: StreamPlace): bigint => placeOf(place)?.revision ?? 0n

/** In the order of the log. */
const ends = (places: readonly StreamPlace[], direction: Direction) =>
  direction === 'forwards' ? [places[0], places.at(-1)] : [places.at(-1), places[0]]

const pageOfStream = async (
  browser: Readable,
  stream: string,
  { from = 'end', direction, limit, signal }: Wanted,
): Promise<Page | undefined> => {
  const start = from === 'start' || from === 'end' ? from : BigInt(from)
  // There is nothing behind the end; forwards from there is what comes yet.
  if (start === 'end' && direction === 'forwards') {
    const last = await browser.stream(stream, { from: 'end', direction: 'backwards', limit: 1, signal })
    if (last === undefined) return undefined
    const [place] = last
    return {
      places: [],
      older: place ? String(revisionOf(place)) : null,
      newer: place ? String(revisionOf(place) + 1n) : '0',
    }
  }
  const places = await browser.stream(stream, { from: start, direction, limit, signal })
  if (places === undefined) return undefined
  const [oldest, newest] = ends(places, direction)
  // A page of what has not come yet: both ways lead on from where it would have begun.
  if (oldest === undefined || newest === undefined) {
    const at = typeof start === 'bigint' ? start : 0n
    return { places, older: direction === 'forwards' && at > 0n ? String(at - 1n) : null, newer: String(at) }
  }
  const before = revisionOf(oldest) - 1n
  const isFirst = before < 0n || (direction === 'backwards' && places.length < limit)
  return { places, older: isFirst ? null : String(before), newer: String(revisionOf(newest) + 1n) }
}

const isAfter = (place: StreamPlace, position: Position): boolean => {
  const at = placeOf(place)?.position
  return at !== undefined && comparePositions(at, position) > 0
}

const positionText = (place: StreamPlace | undefined): string | null => {
  const at = place === undefined ? undefined : placeOf(place)?.position
  return at === undefined ? null : positionToText(at)
}

/** Forwards: strictly after `from`, which is the last that was seen. Backwards: strictly before it. */
const pageOfAll = async (
  browser: Readable,
  { from = 'end', direction, limit, signal }: Wanted,
): Promise<Page | undefined> => {
  const position = positionFromText(from)
  if (from === 'end' && direction === 'forwards') {
    const last = await browser.all({ from: 'end', direction: 'backwards', limit: 1, signal })
    return last && { places: [], older: positionText(last[0]), newer: positionText(last[0]) ?? 'start' }
  }
  const start = position ?? (from === 'start' ? 'start' : 'end')
  // The store begins with the event at the position itself.
  const one = position !== undefined && direction === 'forwards' ? 1 : 0
  const found = await browser.all({ from: start, direction, limit: limit + one, signal })
  if (found === undefined) return undefined
  const places =
    one === 0 || position === undefined ? found : found.filter((place) => isAfter(place, position)).slice(0, limit)
  const [oldest, newest] = ends(places, direction)
  if (oldest === undefined)
    return { places, older: position && direction === 'forwards' ? from : null, newer: position ? from : 'start' }
  const isFirst = direction === 'backwards' ? places.length < limit : from === 'start'
  return { places, older: isFirst ? null : positionText(oldest), newer: positionText(newest) }
}

/** A page of a stream, and from where its neighbours are read. Undefined when there is no such stream, or no such place. */
export const pageOf = (browser: Readable, stream: string, wanted: Wanted): Promise<Page | undefined> =>
  stream === '$all' ? pageOfAll(browser, wanted) : pageOfStream(browser, stream, wanted)

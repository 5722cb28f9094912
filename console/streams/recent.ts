import { z } from 'zod'
import type { StreamBrowser, StreamPlace } from '../../infrastructure/event-store/browse.ts'
import type { Position } from '../../infrastructure/event-store/position.ts'
import { keptFor } from '../../infrastructure/time/kept-for.ts'

export const recentView = z.strictObject({
  items: z.array(z.strictObject({ stream: z.string(), lastType: z.string(), lastAt: z.iso.datetime() })),
  categories: z.array(z.string()),
  system: z
    .array(z.string())
    .meta({ description: 'Streams that the store keeps by itself, and that are worth a look; only such as are there' }),
})
export type RecentView = z.infer<typeof recentView>

/** So many of the last records of the log are looked at in one go. */
const lookedAtOnce = 500
/** Where the store's projections write links, most records are theirs, and all of the last ones while they catch up: it is looked further. */
const mostLooks = 8
const enoughStreams = 30
const keptMs = 1_000

/** Kept by the store itself. */
const isSystemStream = (stream: string) => stream.startsWith('$')
const categoryOf = (stream: string) => stream.slice(0, stream.indexOf('-'))

/** The streams that were written to last, newest first. Whoever asks within a second is told the same. */
export const recentStreams = (
  browser: Pick<StreamBrowser, 'stream' | 'all'>,
  { wellKnown, now }: { readonly wellKnown: readonly string[]; readonly now: () => number },
): (() => Promise<RecentView>) => {
  /** Of what is written by one of the store's projections, all that are likely to be there: those of which the first is. */
  const written = async (names: readonly string[]): Promise<readonly string[]> => {
    const [first] = names
    if (first === undefined) return []
    const last = await browser.stream(first, { from: 'end', direction: 'backwards', limit: 1 })
    return last === undefined || last.length === 0 ? [] : names
  }

  const look = async (): Promise<RecentView> => {
    const items = new Map<string, RecentView['items'][number]>()
    const types = new Set<string>()
    let from: Position | 'end' | undefined = 'end'
    for (let looks = 0; looks < mostLooks && from !== undefined && items.size < enoughStreams; looks += 1) {
      const places: readonly StreamPlace[] =
        (await browser.all({ from, direction: 'backwards', limit: lookedAtOnce })) ?? []
      for (const { event } of places) {
        if (event === undefined || isSystemStream(event.stream)) continue
        const { stream, type, created } = event
        types.add(type)
        if (items.has(stream)) continue
        items.set(stream, { stream, lastType: type, lastAt: created.toISOString() })
      }
      from = places.length < lookedAtOnce ? undefined : places.at(-1)?.event?.position
    }
    const categories = [...new Set([...items.keys()].filter((stream) => stream.includes('-')).map(categoryOf))].sort()
    const [byCategory, byType] = await Promise.all([
      written(categories.map((category) => `$ce-${category}`)),
      written([...types].sort().map((type) => `$et-${type}`)),
    ])
    const system = ['$all', ...wellKnown, ...byCategory, ...byType]
    return { items: [...items.values()], categories, system }
  }

  return keptFor(keptMs, now, look)
}

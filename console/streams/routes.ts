import { z } from 'zod'
import type { StreamBrowser } from '../../infrastructure/event-store/browse.ts'
import { wantsEventStream, type EventStreams, type StreamMessage } from '../../infrastructure/http/event-stream.ts'
import { invalidRequest, notFound } from '../../infrastructure/http/problem.ts'
import type { Route } from '../../infrastructure/http/routes.ts'
import type { Logger } from '../../infrastructure/observability/logger.ts'
import { route } from '../../http-api/route.ts'
import { isFrom, pageOf } from './pages.ts'
import { recentStreams, recentView } from './recent.ts'
import { tail, type TailOptions } from './tail.ts'
import { cursorOf, eventView, pageView, viewOf } from './views.ts'

export type StreamRoutesOptions = {
  readonly browser: Pick<StreamBrowser, 'stream' | 'all'>
  readonly eventStreams: EventStreams
  /** Streams of the store's own that are listed, whatever was written last. */
  readonly wellKnown: readonly string[]
  readonly now: () => number
  /** Where it is written who has looked at personal data. */
  readonly logger: Logger
  readonly tailEveryMs?: number
}

const common = { method: 'get', tag: 'streams', access: ['operator'] } as const

const query = z.strictObject({
  from: z.string().max(100).optional().meta({
    description: '`start`, `end`, a revision, or what a page or an event said; of `$all` a position',
  }),
  direction: z.enum(['forwards', 'backwards']).default('backwards'),
  limit: z.coerce.number<string>().int().min(1).max(100).default(20),
  reveal: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .meta({ description: '`true`: with personal data; who has asked for it is logged' }),
})

async function* toldOf(
  options: Omit<TailOptions, 'signal'> & { readonly signal: AbortSignal },
  reveal: boolean,
): AsyncGenerator<StreamMessage> {
  for await (const told of tail(options)) {
    if ('behind' in told) yield { event: 'behind', data: { reason: told.behind } }
    else
      yield {
        id: cursorOf(options.stream, told.place),
        event: 'event',
        data: viewOf(options.stream, told.place, { reveal }),
      }
  }
}

/** Where one goes on who has seen the event of this id: in a stream behind it, in `$all` the position means that by itself. */
const behind = (stream: string, id: string): string => (stream === '$all' ? id : String(BigInt(id) + 1n))

/** Every stream of the store, to be looked through and followed. Of what is said of a person only when that is asked for. */
export const streamRoutes = (options: StreamRoutesOptions): readonly Route[] => {
  const { browser, eventStreams, wellKnown, now, logger, tailEveryMs } = options
  const recent = recentStreams(browser, { wellKnown, now })
  /** The store answers with nothing for a stream that is not there. */
  const exists = async (name: string): Promise<boolean> => {
    if (name === '$all') return true
    const last = await browser.stream(name, { from: 'end', direction: 'backwards', limit: 1 })
    return last !== undefined && last.length > 0
  }

  return [
    route({
      ...common,
      path: '/v1/streams',
      summary: 'The streams that were written to last, newest first',
      answers: {
        200: {
          description: 'Those of the last 500 records of the log; of up to 4,000 where most are of the store itself',
          body: recentView,
        },
      },
      handle: async () => ({ status: 200, body: await recent() }),
    }),
    route({
      ...common,
      path: '/v1/streams/{name}',
      summary: 'A page of a stream, or what comes in it',
      description:
        'Links are followed. As an event stream (`Accept: text/event-stream`): what comes from the end on, or from `from`, or behind `Last-Event-ID`.',
      params: z.strictObject({ name: z.string().min(1).max(500) }),
      query,
      headers: z.object({ Accept: z.string().optional(), 'Last-Event-ID': z.string().max(100).optional() }),
      problems: [404],
      answers: { 200: { description: 'A page', body: pageView, eventStream: eventView } },
      handle: async ({ params: { name }, query: { from, direction, limit, reveal }, headers, principal }) => {
        for (const place of [from, headers['Last-Event-ID']])
          if (place !== undefined && !isFrom(name, place))
            throw invalidRequest('The request is not as it has to be; see errors.', [
              { in: 'query', path: 'from', message: 'This is no place in the stream.' },
            ])
        const { subject } = principal
        const audit = () => {
          if (reveal)
            logger.info('personal data in a stream was shown', { subject, stream: name, from, direction, limit })
        }
        if (wantsEventStream(headers.Accept)) {
          const last = headers['Last-Event-ID']
          const start = last === undefined ? from : behind(name, last)
          const answer = eventStreams.answer(subject, (signal) =>
            toldOf(
              {
                browser,
                stream: name,
                from: start,
                signal,
                ...(tailEveryMs === undefined ? {} : { everyMs: tailEveryMs }),
              },
              reveal,
            ),
          )
          audit()
          return answer
        }
        const page = await pageOf(browser, name, { from, direction, limit })
        const isThere = page !== undefined && (page.places.length > 0 || (await exists(name)))
        if (!isThere) throw notFound('There is no such stream, or no such place in it.')
        audit()
        const { places, older, newer } = page
        const items = places.map((place) => viewOf(name, place, { reveal }))
        return { status: 200, body: { stream: name, direction, items, older, newer } }
      },
    }),
  ]
}

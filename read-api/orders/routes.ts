import { z } from 'zod'
import { orderStatuses } from '../../domain/orders/status.ts'
import { paymentStatuses } from '../../domain/payments/state.ts'
import type { Reader } from '../../domain/visibility.ts'
import { skuSchema } from '../../domain/shared/sku.ts'
import { wantsEventStream, type EventStreams } from '../../infrastructure/http/event-stream.ts'
import { etagOf } from '../../infrastructure/http/etag.ts'
import { mayActAs, type Principal } from '../../http-api/roles.ts'
import { subject } from '../../infrastructure/http/principal.ts'
import { forbidden, invalidRequest, notFound } from '../../infrastructure/http/problem.ts'
import { route } from '../../http-api/route.ts'
import type { Route } from '../../infrastructure/http/routes.ts'
import { pageOf, pageQuery, toPage } from '../pages.ts'
import { answerFrom, described, minPosition, type Reading } from '../reading.ts'
import type { ChangeFeed } from '../live/changes.ts'
import { orderMessages, timelineMessages } from '../live/streams.ts'
import { findOrder, listOrders, timelineOf } from './queries.ts'
import { eventView, orderView, timelineView, viewOfOrder, viewOfTimeline } from './views.ts'

const access = ['customer', 'operator'] as const
const params = z.strictObject({ id: z.uuid() })
const common = { method: 'get', tag: 'orders', access } as const

/** In UTC and milliseconds, as PostgreSQL takes it: it knows neither a year 0 nor every time zone that RFC 3339 can write. */
const moment = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString())
  .refine((text) => text >= '0001' && text < '9999-12-31', 'Give a time in the years 1 to 9999.')
// A position has this form; a cursor that holds anything else is none of ours.
const placedPosition = /^\d{19}-\d{19}$/

/** Whose orders are listed: a customer's own, or those an operator asks for. */
const customerSeenBy = (principal: Principal, asked: string | undefined): string | undefined => {
  if (mayActAs(principal, 'operator')) return asked
  if (asked !== undefined && asked !== principal.subject) throw forbidden()
  return principal.subject
}

const readerOf = (principal: Principal): Reader => (mayActAs(principal, 'operator') ? 'operator' : 'customer')

/** Somebody else's order is not there. */
const seenBy = <Row extends { readonly customerId: string }>(principal: Principal, [row]: readonly Row[]): Row => {
  const maySee = row !== undefined && (row.customerId === principal.subject || mayActAs(principal, 'operator'))
  if (!maySee) throw notFound('There is no such order.')
  return row
}

/** What is told to those who listen. */
export type Live = { readonly feed: ChangeFeed; readonly eventStreams: EventStreams }

// A position has this form, and nothing else is told as an id.
const streamHeaders = z.object({
  Accept: z.string().optional(),
  'Last-Event-ID': z.string().regex(placedPosition, 'This is not an id that a message had.').optional(),
})

export const orderRoutes = (reading: Reading, { feed, eventStreams }: Live): readonly Route[] => [
  route({
    ...common,
    path: '/v1/orders',
    summary: 'Orders, newest first',
    description:
      'Customers see their own; operators see all, or those of one customer. As an event stream (`Accept: text/event-stream`): `order`, each order that changes from now on, and `gone`, where one that has changed does not fit the filter.',
    headers: streamHeaders,
    query: z.strictObject({
      ...pageQuery(placedPosition),
      customerId: subject.optional(),
      number: z
        .string()
        .regex(/^[0-9A-Za-z]{1,10}$/, 'This is not how a number begins.')
        .transform((text) => text.toUpperCase())
        .optional()
        .meta({ description: 'An order’s number, or how it begins; in small letters too' }),
      status: z.enum(orderStatuses).optional(),
      from: moment.optional(),
      to: moment.optional(),
      sku: skuSchema.optional(),
      paymentStatus: z.enum(paymentStatuses).optional(),
      attention: z
        .enum(['true', 'false'])
        .transform((text) => text === 'true')
        .optional()
        .meta({ description: '`true`: only orders whose money a person has to look at; `false`: only the others' }),
    }),
    answers: { 200: { ...described('A page', pageOf(orderView)), eventStream: orderView } },
    handle: async ({ query: { limit, cursor, minPosition: wanted, customerId, ...rest }, headers, principal }) => {
      const filter = { ...rest, customerId: customerSeenBy(principal, customerId) }
      const reader = readerOf(principal)
      if (wantsEventStream(headers.Accept)) {
        if (cursor !== undefined) throw invalidRequest('What changes has no pages: leave the cursor out.')
        const { database } = reading
        const lastEventId = headers['Last-Event-ID']
        return eventStreams.answer(principal.subject, (signal) =>
          orderMessages(filter, { feed, database, reader, lastEventId, signal }),
        )
      }
      return answerFrom(reading, wanted, listOrders(filter, { before: cursor, limit }), (rows) => ({
        body: toPage(
          rows,
          limit,
          (row) => row.placedPosition,
          (row) => viewOfOrder(row, reader),
        ),
      }))
    },
  }),

  route({
    ...common,
    path: '/v1/orders/{id}',
    summary: 'One order',
    params,
    query: z.strictObject({ minPosition }),
    problems: [404],
    answers: { 200: described('The order', orderView, { ETag: 'Its revision, for If-Match' }) },
    handle: ({ params: { id }, query, principal }) =>
      answerFrom(reading, query.minPosition, findOrder(id), (rows) => {
        const order = seenBy(principal, rows)
        return { body: viewOfOrder(order, readerOf(principal)), headers: { ETag: etagOf(BigInt(order.revision)) } }
      }),
  }),

  route({
    ...common,
    path: '/v1/orders/{id}/timeline',
    summary: 'Everything that happened to an order, oldest first',
    description:
      'Customers see what is about them and their money; notes, ids at the provider and messages are for operators. As an event stream (`Accept: text/event-stream`): `event`, each from the first on or behind `Last-Event-ID`, `caught-up` once all that was there is told, and what comes.',
    params,
    headers: streamHeaders,
    query: z.strictObject({ minPosition }),
    problems: [404],
    answers: { 200: { ...described('All of it, over all services', timelineView), eventStream: eventView } },
    handle: async ({ params: { id }, query, headers, principal }) => {
      const reader = readerOf(principal)
      const answer = await answerFrom(reading, query.minPosition, timelineOf(id), (rows) => {
        seenBy(principal, rows)
        return { body: viewOfTimeline(rows, reader) }
      })
      if (!wantsEventStream(headers.Accept)) return answer
      const { database } = reading
      const lastEventId = headers['Last-Event-ID']
      return eventStreams.answer(principal.subject, (signal) =>
        timelineMessages(id, { feed, database, reader, lastEventId, signal }),
      )
    },
  }),
]

import { z } from 'zod'
import { route } from '../../http-api/route.ts'
import { HttpFault } from '../../infrastructure/http/problem.ts'
import type { Route } from '../../infrastructure/http/routes.ts'
import { answerFrom, described, minPosition, type Reading } from '../reading.ts'
import { csvOf, csvType, wantsCsv } from './csv.ts'
import { salesOf } from './queries.ts'
import { salesView, viewOfSales } from './sales-view.ts'

/** A month of many products is much; a year of them is for a program that asks month by month. */
const mostDays = 366
const mostDaysBySku = 93
const mostRows = 10_000

const msOfDay = 86_400_000
const daysOf = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / msOfDay + 1

const flag = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .default(false)

const query = z
  .strictObject({
    from: z.iso.date().meta({ description: 'The first day, in UTC' }),
    to: z.iso.date().meta({
      description: `The last day, in UTC: at most ${mostDays} days in all, ${mostDaysBySku} with bySku=true`,
    }),
    groupBy: z.enum(['day', 'month']).default('day'),
    bySku: flag.meta({ description: '`true`: also the units of each SKU; as CSV, these alone' }),
    minPosition,
  })
  .check(({ value: { from, to, bySku }, issues }) => {
    if (issues.length > 0) return
    const days = daysOf(from, to)
    const most = bySku ? mostDaysBySku : mostDays
    const wrong = (message: string) => issues.push({ code: 'custom', path: ['to'], message, input: to })
    if (days < 1) wrong('The last day lies before the first.')
    else if (days > most) wrong(`These are ${days} days; ask for at most ${most}${bySku ? ' by SKU' : ''}.`)
  })

const tooLarge = () =>
  new HttpFault(
    400,
    'report_too_large',
    `The report has more than ${mostRows} rows: ask for fewer days, by month, or without SKUs.`,
    { facts: { most: mostRows } },
  )

export const reportRoutes = (reading: Reading): readonly Route[] => [
  route({
    method: 'get',
    tag: 'reports',
    access: ['operator'],
    path: '/v1/reports/sales',
    summary: 'What was sold, by day or month and currency',
    description:
      'Everything is counted on the day, in UTC and by the event store’s clock, on which it happened: a refund lowers the day on which it succeeds, not the one on which the order was placed. Days on which nothing happened are left out. With `Accept: text/csv` as CSV. 400 `report_too_large` beyond 10,000 rows.',
    headers: z.object({ Accept: z.string().optional() }),
    query,
    answers: {
      200: {
        ...described('The report', salesView, {
          'Content-Disposition': 'Of CSV: a name for the file',
          'Report-Stale': 'Of CSV, `true`: as `stale` of the JSON',
        }),
        texts: {
          [csvType]:
            'A line for each day or month and currency; with bySku=true for each SKU of them. Amounts in minor units',
        },
      },
    },
    handle: async ({ query: { minPosition: wanted, ...period }, headers }) => {
      const answer = await answerFrom(reading, wanted, salesOf(period, mostRows + 1), (rows, standsStill) => {
        if (rows.length > mostRows) throw tooLarge()
        return { body: viewOfSales(period, rows, standsStill) }
      })
      if (!wantsCsv(headers.Accept)) return answer
      const { body, ...rest } = answer
      return {
        ...rest,
        mediaType: csvType,
        text: csvOf(body, period.bySku),
        headers: {
          ...rest.headers,
          'Content-Disposition': `attachment; filename="sales-${period.from}-${period.to}.csv"`,
          ...(body.stale === true ? { 'Report-Stale': 'true' } : {}),
        },
      }
    },
  }),
]

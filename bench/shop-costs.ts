import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChildName } from '../embedded/shop/child-name.ts'
import type { Shop } from '../embedded/shop/shop.ts'
import { metricsOf, type Metrics } from './metrics.ts'
import { lookAtProcesses } from './process-usage.ts'

/** What a process has done since its start. Undefined: it does no such thing, or nobody can say. */
export type Cost = { readonly [Name in keyof typeof columns]?: number }

/** By process, in the order of the report. */
export type Costs = ReadonlyMap<string, Cost>

/** The headings of the report. */
export const columns = {
  reads: 'reads',
  nothing: 'nothing there',
  eventsRead: 'events read',
  appends: 'appends',
  eventsWritten: 'events',
  deliveries: 'deliveries',
  wanted: 'wanted',
  catchUp: 'catch-up',
  statements: 'SQL',
  commits: 'commits',
  requests: 'HTTP in',
  calls: 'HTTP/SMTP out',
  logLines: 'log lines',
  cpuMs: 'CPU ms',
} as const

/** Whose own metrics count, and where they are. */
const measured = {
  'command-api': 'commandApi',
  processors: 'processors',
  projections: 'projections',
  'read-api': 'readApi',
} as const satisfies Partial<Record<ChildName, keyof Shop['urls']>>

const others = ['event-store', 'payment-provider', 'mail-catcher'] as const satisfies readonly ChildName[]

export const postgres = 'PostgreSQL'

const isMeasured = (name: string): name is keyof typeof measured => Object.hasOwn(measured, name)

const fromMetrics = (metrics: Metrics): Cost => ({
  reads: metrics('event_store_reads_total'),
  nothing: metrics('event_store_reads_total', { outcome: 'nothing' }),
  eventsRead: metrics('event_store_read_events_total'),
  appends: metrics('event_store_append_duration_seconds_count'),
  eventsWritten: metrics('event_store_appended_events_total'),
  deliveries: metrics('event_store_deliveries_total'),
  wanted: metrics('group_event_duration_seconds_count'),
  catchUp: metrics('event_store_catch_up_deliveries_total'),
  statements: metrics('sql_statements_total'),
  commits: metrics('sql_transactions_total'),
  // Health and metrics are asked for by whoever watches.
  requests: metrics('http_request_duration_seconds_count', { route: /^\/v1\// }),
  calls: metrics('payment_provider_calls_total') + metrics('mails_total'),
})

const linesIn = (file: string): number => {
  let lines = 0
  for (const byte of readFileSync(file)) if (byte === 0x0a) lines += 1
  return lines
}

/** Of this process's children, the one that keeps PostgreSQL; undefined when another's PostgreSQL is used. */
const postgresPid = (): number | undefined => lookAtProcesses()?.startedBy(process.pid, 'postgres/supervisor.ts')[0]

const pidsOf = (shop: Shop): ReadonlyMap<string, number> => {
  const pids = new Map<string, number>()
  for (const name of [...(Object.keys(measured) as (keyof typeof measured)[]), ...others]) {
    const pid = shop.child(name)?.pid
    if (pid !== undefined) pids.set(name, pid)
  }
  const pid = postgresPid()
  if (pid !== undefined) pids.set(postgres, pid)
  return pids
}

/** Asks every process, and the system about them, at about the same moment. */
export const costsSoFar = async (shop: Shop): Promise<Costs> => {
  const pids = pidsOf(shop)
  const processes = lookAtProcesses()
  const costs = new Map<string, Cost>()
  for (const [name, pid] of pids) {
    costs.set(name, {
      ...(isMeasured(name) ? fromMetrics(await metricsOf(shop.urls[measured[name]])) : {}),
      ...(name === postgres ? {} : { logLines: linesIn(join(shop.logs, `${name}.log`)) }),
      ...(processes === undefined ? {} : { cpuMs: processes.usageOf(pid).cpuMs }),
    })
  }
  return costs
}

/** Mebibytes by process: proportional set size, children included. Empty where the system does not say. */
export const memoryOf = (shop: Shop): ReadonlyMap<string, number> => {
  const processes = lookAtProcesses()
  if (processes === undefined) return new Map()
  return new Map([...pidsOf(shop)].map(([name, pid]) => [name, processes.usageOf(pid).pssMebibytes]))
}

/** What was done between the two, divided by `by`. */
export const between = (before: Costs, after: Costs, by: number): Costs =>
  new Map(
    [...after].map(([name, cost]) => {
      const earlier = before.get(name) ?? {}
      const names = Object.keys(cost) as (keyof Cost)[]
      return [
        name,
        Object.fromEntries(names.map((column) => [column, ((cost[column] ?? 0) - (earlier[column] ?? 0)) / by])),
      ]
    }),
  )

/** All processes together. */
export const total = (costs: Costs): Cost => {
  const sum: { -readonly [Name in keyof Cost]: number } = {}
  for (const cost of costs.values())
    for (const name of Object.keys(cost) as (keyof Cost)[]) sum[name] = (sum[name] ?? 0) + (cost[name] ?? 0)
  return sum
}

import type { Registry } from '../../infrastructure/observability/metrics.ts'

export type Process = 'commandApi' | 'processors' | 'followUps' | 'projections'

/** The sum over all series of a process's metric that have these labels. */
export type Metrics = (process: Process, name: string, labels?: Readonly<Record<string, string>>) => number

type Series = {
  readonly value: number
  readonly labels: Readonly<Record<string, string | number | undefined>>
  readonly metricName?: string
}

const read = async (registry: Registry): Promise<ReadonlyMap<string, readonly Series[]>> => {
  const metrics = await registry.getMetricsAsJSON()
  const series = new Map<string, Series[]>()
  for (const { name, values } of metrics) {
    // A histogram's series have names of their own, and only its values say so.
    for (const value of values as readonly Series[]) {
      const own = value.metricName ?? name
      // As it is now: counters go on counting in the objects that they hand out.
      series.set(own, [...(series.get(own) ?? []), { value: value.value, labels: value.labels }])
    }
  }
  return series
}

export const readMetrics = async (registries: Readonly<Record<Process, Registry>>): Promise<Metrics> => {
  const [commandApi, processors, followUps, projections] = await Promise.all([
    read(registries.commandApi),
    read(registries.processors),
    read(registries.followUps),
    read(registries.projections),
  ])
  const all = { commandApi, processors, followUps, projections }
  return (process, name, labels = {}) => {
    let sum = 0
    for (const { value, labels: own } of all[process].get(name) ?? []) {
      if (Object.entries(labels).every(([label, wanted]) => own[label] === wanted)) sum += value
    }
    return sum
  }
}

export type Row = { readonly name: string; readonly of: (metrics: Metrics) => number }

const reads = (process: Process, outcome?: string) => (metrics: Metrics) =>
  metrics(process, 'event_store_reads_total', outcome === undefined ? {} : { outcome })
const appends = (process: Process, outcome?: string) => (metrics: Metrics) =>
  metrics(process, 'event_store_append_duration_seconds_count', outcome === undefined ? {} : { outcome })
const sql = (process: Process, name: 'statements' | 'transactions' | 'round_trips') => (metrics: Metrics) =>
  metrics(process, `sql_${name}_total`)
const both = (count: (process: Process) => (metrics: Metrics) => number) => (metrics: Metrics) =>
  count('commandApi')(metrics) + count('processors')(metrics)

/** What is counted by the processes' own metrics while an order lives. */
export const lifeRows: readonly Row[] = [
  { name: 'reads, command-api', of: reads('commandApi') },
  { name: 'reads, processors', of: reads('processors') },
  { name: 'of these reads: nothing there', of: both((process) => reads(process, 'nothing')) },
  { name: 'events read', of: both((process) => (metrics) => metrics(process, 'event_store_read_events_total')) },
  { name: 'appends, command-api', of: appends('commandApi') },
  { name: 'appends, processors', of: appends('processors') },
  { name: 'of these appends: conflicts', of: both((process) => appends(process, 'conflict')) },
  { name: 'events written', of: both((process) => (metrics) => metrics(process, 'event_store_appended_events_total')) },
  { name: 'deliveries to groups', of: (metrics) => metrics('processors', 'event_store_deliveries_total') },
  { name: 'of these deliveries: wanted', of: (metrics) => metrics('processors', 'group_event_duration_seconds_count') },
  { name: 'SQL statements, leases', of: sql('processors', 'statements') },
  { name: 'SQL transactions, leases', of: sql('processors', 'transactions') },
  { name: 'calls of the provider', of: (metrics) => metrics('processors', 'payment_provider_calls_total') },
  { name: 'mails', of: (metrics) => metrics('processors', 'mails_total') },
  { name: 'requests answered', of: (metrics) => metrics('commandApi', 'http_request_duration_seconds_count') },
]

const tableRows = (process: Process, tables: string, how: string): readonly Row[] => [
  { name: `SQL statements, ${tables}, ${how}`, of: sql(process, 'statements') },
  { name: `SQL transactions, ${tables}, ${how}`, of: sql(process, 'transactions') },
]

/** What the tables cost, when all of an order's events come in one batch. */
export const oneBatchRows: readonly Row[] = [
  ...tableRows('followUps', 'follow-ups', 'one batch'),
  ...tableRows('projections', 'read tables', 'one batch'),
]

/** The same, when each event is a batch of its own. */
export const singleRows: readonly Row[] = [
  ...tableRows('followUps', 'follow-ups', 'event by event'),
  ...tableRows('projections', 'read tables', 'event by event'),
]

import { join } from 'node:path'
import { z } from 'zod'
import { root } from '../architecture/source-files.ts'
import { eventStoreNames, ofRealServersAlone } from './event-store-series.ts'
import { processNames, registryOf, type ProcessName } from './registries.ts'

export const pageFile = join(root, 'docs', 'metrics.md')

// What prom-client holds of a metric; its types leave the labels out.
const metricSchema = z.object({
  name: z.string(),
  help: z.string(),
  type: z.enum(['counter', 'gauge', 'histogram', 'summary']),
  labelNames: z.array(z.string()),
})

export type DescribedMetric = {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly labels: readonly string[]
}

/** By name. */
export const metricsOf = (process: ProcessName): readonly DescribedMetric[] =>
  registryOf(process)
    .getMetricsAsArray()
    .map((metric) => metricSchema.parse(metric))
    .filter(({ name }) => !ofLinux.has(name))
    .map(({ labelNames, ...rest }) => ({ ...rest, labels: labelNames.filter((label) => label !== 'le') }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))

/** What prom-client reads of a process where it runs on Linux; the page is the same everywhere. */
export const ofLinux: ReadonlySet<string> = new Set([
  'process_heap_bytes',
  'process_max_fds',
  'process_open_fds',
  'process_virtual_memory_bytes',
])

const isOfNode = ({ name }: DescribedMetric): boolean => /^(nodejs|process)_/.test(name)

const rowOf = ({ name, help, type, labels }: DescribedMetric, where: readonly string[]): string =>
  `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(' ')} | ${where.join(', ')} | ${help.replace(/\.$/, '').replaceAll('|', '\\|')} |`

const table = (metrics: readonly (readonly [DescribedMetric, readonly string[]])[]): string =>
  [
    '| metric | type | labels | from | what |',
    '| --- | --- | --- | --- | --- |',
    ...metrics.map((row) => rowOf(...row)),
  ].join('\n')

/** The page, as it has to be. */
export const metricsPage = (): string => {
  const found = new Map<string, { readonly metric: DescribedMetric; readonly where: ProcessName[] }>()
  for (const process of processNames)
    for (const metric of metricsOf(process)) {
      const known = found.get(metric.name) ?? { metric, where: [] }
      known.where.push(process)
      found.set(metric.name, known)
    }
  const rows = [...found.values()]
    .sort((one, other) => (one.metric.name < other.metric.name ? -1 : 1))
    .map(({ metric, where }) => [metric, where.length === processNames.length ? ['all'] : where] as const)
  return `# Metrics

Made from the processes' own registries by \`npm run metrics:page\`; a test holds that it says what they do. Every process answers \`/metrics\`: on \`MANAGEMENT_PORT\` where that is set, else beside its routes ([ports](operations/starting-and-stopping.md#ports)).

Every line has the label \`service\` besides, the name of its process. Durations are in seconds; money is in units of its currency (12.5 are 12.50 EUR). Counters begin at zero with their process: ask for \`rate\` or \`increase\` of them. What comes *only from the active instance* comes from one replica of the processors at a time, and for half a minute from two when another takes over: ask for its \`max\`, not its \`sum\`. The dashboards in \`deploy/grafana/dashboards/\` and the rules in \`deploy/prometheus/rules/\` are made of these; what each alert means is in [alerts](operations/alerts.md).

## The shop and its stores

${table(rows.filter(([metric]) => !isOfNode(metric)))}

## Node

On Linux also ${[...ofLinux].map((name) => `\`${name}\``).join(', ')}.

${table(rows.filter(([metric]) => isOfNode(metric)))}

## EventStoreDB's own

A real EventStoreDB tells of itself at \`/metrics\` on its own port, and Prometheus asks it as the job \`eventstore\`. With TLS and users the scrape needs a user; which metrics there are its \`metricsconfig.json\` says, and the dashboard *Stores* and the rules in \`event-store.yml\` use no more than is on by default. The names are those of 24.10. KurrentDB, from 25 on, calls them \`kurrentdb_…\`, unless the \`Meters\` in that file are named \`EventStore.Core\`. The embedded event store of \`npm start\` and of the tests tells only a part, so panels and alerts on the rest say nothing there; they have been tried on series of these names, and on no real server.

| series | the embedded one too |
| --- | --- |
${eventStoreNames.map((name) => `| \`${name}\` | ${ofRealServersAlone.has(name) ? 'no' : 'yes'} |`).join('\n')}
`
}

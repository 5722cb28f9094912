import { eventStoreNames } from './event-store-series.ts'
import { metricsOf } from './page.ts'
import { processNames } from './registries.ts'
import { rules } from './rule-files.ts'

/** What Prometheus makes itself. */
const ofPrometheus = ['up', 'ALERTS']

/** All series that there are, by name: of our metrics, of the rules that record, the event store's and Prometheus' own. */
export const knownSeries = (): ReadonlySet<string> =>
  new Set([
    ...ofPrometheus,
    ...eventStoreNames,
    ...rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])),
    ...processNames.flatMap((process) =>
      metricsOf(process).flatMap(({ name, type }) =>
        type === 'histogram' ? ['bucket', 'count', 'sum'].map((suffix) => `${name}_${suffix}`) : [name],
      ),
    ),
  ])

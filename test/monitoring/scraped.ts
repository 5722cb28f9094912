import { metricsOf, ofLinux } from './page.ts'
import type { ProcessName } from './registries.ts'

export type ScrapedProcess = {
  readonly text: string
  /** Counted there, and not on the page of metrics. */
  readonly undescribed: readonly string[]
  /** On the page, and not counted there. */
  readonly missing: readonly string[]
}

/** What a process that runs answers to Prometheus, beside what the page of metrics says of it. */
export const scrape = async (name: ProcessName, url: string): Promise<ScrapedProcess> => {
  const text = await (await fetch(`${url}/metrics`)).text()
  const counted = [...text.matchAll(/^# TYPE (\S+) /gm)].flatMap(([, metric]) => (metric === undefined ? [] : [metric]))
  const described = metricsOf(name).map((metric) => metric.name)
  return {
    text,
    undescribed: counted.filter((metric) => !described.includes(metric) && !ofLinux.has(metric)),
    missing: described.filter((metric) => !counted.includes(metric)),
  }
}

/** By the names of the processes. */
export const urlsByProcess = (urls: {
  readonly commandApi: string
  readonly readApi: string
  readonly processors: string
  readonly projections: string
  readonly console: string
}): Readonly<Record<ProcessName, string>> => ({
  'command-api': urls.commandApi,
  'read-api': urls.readApi,
  processors: urls.processors,
  projections: urls.projections,
  console: urls.console,
})

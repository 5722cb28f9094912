import type { TracingConfig } from '../observability/tracing/config.ts'
import { startTracing } from '../observability/tracing/start.ts'
import type { Tracing } from '../observability/tracing/tracing.ts'
import type { Started } from './run.ts'

/**
 * The tracing of a process; undefined where it is off. First of all, so that it ends last, and what is done while the process drains is
 * still sent. What is logged within a span that is kept names it.
 */
export const tracingOf = async (
  started: Started,
  service: string,
  config: TracingConfig,
): Promise<Tracing | undefined> => {
  const tracing = await startTracing(service, config, started.logger)
  if (tracing === undefined) return undefined
  started.logsAlso(() => tracing.ids())
  return started.with(tracing)
}

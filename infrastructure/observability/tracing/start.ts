import type { Logger } from '../logger.ts'
import type { TracingConfig } from './config.ts'
import type { Tracing } from './tracing.ts'

/**
 * Tracing as it is configured; undefined where it is off, and then nothing of it is loaded. To be started before the process listens: what
 * is traced of HTTP and PostgreSQL is traced from then on.
 */
export const startTracing = async (
  service: string,
  config: TracingConfig,
  logger: Logger,
): Promise<Tracing | undefined> => {
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return undefined
  const { openTelemetry } = await import('./open-telemetry.ts')
  return openTelemetry(service, config, logger)
}

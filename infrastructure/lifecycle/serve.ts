import type { RequestListener } from 'node:http'
import { z } from 'zod'
import { listen } from '../http/listen.ts'
import { createManagement, type Management } from '../http/management.ts'
import type { Fields } from '../observability/logger.ts'
import type { Started } from './run.ts'

/** The variables of a process that serves. */
export const servingConfig = {
  /** How long the process serves on when it is told to end, until whoever sends it requests has heard of it. */
  SHUTDOWN_DELAY_SECONDS: z.coerce.number<string>().min(0).max(300).default(5),
  /** Health, metrics and the description on a port of their own, and no more on that of the routes. */
  MANAGEMENT_PORT: z.coerce.number<string>().int().min(0).max(65535).optional(),
  /** Connections at once on the port of the routes. Each is a file descriptor. */
  MAX_CONNECTIONS: z.coerce.number<string>().int().positive().default(10_000),
  /** … of one address; a proxy in front is one. */
  MAX_CONNECTIONS_PER_ADDRESS: z.coerce.number<string>().int().positive().default(2_000),
} as const

type ServingConfig = {
  readonly HOST: string
  readonly SHUTDOWN_DELAY_SECONDS: number
  readonly MANAGEMENT_PORT?: number | undefined
  readonly MAX_CONNECTIONS: number
  readonly MAX_CONNECTIONS_PER_ADDRESS: number
}

/** Few ask there, and each seldom; but whoever reaches the port could take every file descriptor, and one alone keeps out no other. */
const managementConnections = { all: 500, ofOneAddress: 100 }

/**
 * The port of those who run the process, where it has one of its own: first of all, so that it answers from the start on and until
 * everything else has ended. Undefined: they are answered on the port of the routes.
 */
export const startManagement = async (started: Started, config: ServingConfig): Promise<Management | undefined> => {
  const { HOST: host, MANAGEMENT_PORT: port } = config
  if (port === undefined) return undefined
  const management = createManagement(started.logger)
  const { leaving } = started
  // Scrapes and probes are short, and may be cut off.
  const closeLimitMs = 500
  const { url } = await started.with(
    listen(management.app, {
      host,
      port,
      leaving,
      closeLimitMs,
      variable: 'MANAGEMENT_PORT',
      connections: managementConnections,
    }),
  )
  started.logger.info('answering health and metrics', { url })
  return management
}

export type ServeOptions = {
  readonly app: RequestListener
  /** Where: by the variable of that name. */
  readonly variable: string
  readonly port: number
  /** Said of it in the log besides. */
  readonly fields?: Fields
}

/** Opens the port of the routes: from here on the process serves, and a signal makes it go on for a while before it drains. */
export const serve = async (started: Started, config: ServingConfig, options: ServeOptions): Promise<void> => {
  const { app, variable, port, fields } = options
  const { leaving } = started
  const connections = { all: config.MAX_CONNECTIONS, ofOneAddress: config.MAX_CONNECTIONS_PER_ADDRESS }
  const { url } = await started.with(listen(app, { host: config.HOST, port, leaving, variable, connections }))
  started.serving(config.SHUTDOWN_DELAY_SECONDS * 1_000)
  started.logger.info('serving', { url, ...fields })
}

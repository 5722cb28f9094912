import { join } from 'node:path'
import { processManagers } from '../domain/process-managers.ts'
import { callersBy } from '../http-api/callers.ts'
import { connectStreamBrowser } from '../infrastructure/event-store/browse.ts'
import { refuseTellingDebug } from '../infrastructure/event-store/refuse-telling-debug.ts'
import { notLeaving } from '../infrastructure/http/health.ts'
import { readConfig } from '../infrastructure/lifecycle/config.ts'
import { run } from '../infrastructure/lifecycle/run.ts'
import { serve, startManagement } from '../infrastructure/lifecycle/serve.ts'
import { createRegistry } from '../infrastructure/observability/metrics.ts'
import { buildConsole } from './app.ts'
import { consoleConfig } from './config.ts'
import { readPageFiles } from './page-files.ts'
import { vendorFiles } from './vendor.ts'

await run('console', { env: process.env }, async (started) => {
  refuseTellingDebug(process.env)
  const config = readConfig(consoleConfig, process.env)
  const { logger } = started
  const management = await startManagement(started, config)
  const registry = createRegistry({ service: 'console', processMetrics: true })
  const warn = (message: string, error: unknown) => logger.warn(message, { error })

  const page = await readPageFiles(join(import.meta.dirname, 'page'), vendorFiles)
  const browser = await started.with(connectStreamBrowser({ url: config.EVENTSTORE_URL, warn }))
  const { JWT_SECRET: secret, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = config
  const signsIn = config.CONSOLE_DEVELOPMENT_SIGN_IN === '1' && secret !== undefined
  if (signsIn) logger.warn('whoever sits at this machine becomes an operator: CONSOLE_DEVELOPMENT_SIGN_IN is set')

  const app = buildConsole({
    browser,
    page,
    targets: {
      command: config.CONSOLE_COMMAND_API_URL,
      read: config.CONSOLE_READ_API_URL,
      processors: config.CONSOLE_PROCESSORS_URL,
      projections: config.CONSOLE_PROJECTIONS_URL,
    },
    tokens: signsIn ? { secret, issuer, audience } : undefined,
    groups: processManagers.map(({ group }) => group),
    leaving: started.leaving,
    readiness: [notLeaving(started.leaving)],
    management,
    ...callersBy(config, warn),
    logger,
    registry,
  })
  await serve(started, config, { app, variable: 'CONSOLE_PORT', port: config.CONSOLE_PORT })
})

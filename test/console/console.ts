import type { Express } from 'express'
import { buildConsole, type ConsoleDependencies } from '../../console/app.ts'
import { createRateLimit } from '../../infrastructure/http/rate-limit.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import { authenticateInTests, testAuthentication } from '../specifications/api.ts'

const nowhere = 'http://127.0.0.1:1'

/** The tokens that the console makes there are good everywhere in the tests. */
export const tokensInTests: ConsoleDependencies['tokens'] = {
  secret: testAuthentication.JWT_SECRET,
  issuer: testAuthentication.JWT_ISSUER,
  audience: testAuthentication.JWT_AUDIENCE,
}

/** A console without a page, without streams, and with nobody behind it. */
export const consoleUnderTest = (given: Partial<ConsoleDependencies> = {}): Express =>
  buildConsole({
    browser: { stream: () => Promise.resolve(undefined), all: () => Promise.resolve([]) },
    page: new Map(),
    targets: { command: nowhere, read: nowhere, processors: nowhere, projections: nowhere },
    tokens: undefined,
    groups: ['order'],
    readiness: [],
    authenticate: authenticateInTests(),
    rateLimit: createRateLimit({ RATE_LIMIT_PER_SECOND: 100_000, RATE_LIMIT_BURST: 100_000 }),
    logger: silentLogger,
    registry: createRegistry({ service: 'console' }),
    checkAnswers: true,
    ...given,
  })

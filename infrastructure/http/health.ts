import { Router } from 'express'
import { projectVersion } from '../observability/project-version.ts'
import { within } from '../time/time-limit.ts'

/** One thing a process needs to serve. Answers why it is not ready; undefined when it is. A throw counts as not ready, with its message. */
export type ReadinessCheck = {
  readonly name: string
  readonly check: () => Promise<string | undefined> | string | undefined
}

/** What is worth knowing beside that, whether the process is ready or not: by name, a word each. */
export type ReadinessDetails = () => Readonly<Record<string, string>>

const limitMs = 1_500

const reasonOf = async ({ check }: ReadinessCheck): Promise<string | undefined> => {
  try {
    return await within(Promise.resolve(check()), {
      limitMs,
      fault: () => new Error(`did not answer within ${limitMs} ms`),
    })
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/**
 * `/health/live` says that the process turns, and which version of it, whatever is away beside it: a restart would not bring a store
 * back. `/health/ready` says whether it can serve, and if not, why.
 */
export const healthRouter = (checks: readonly ReadinessCheck[], details?: ReadinessDetails): Router => {
  const router = Router()
  router.get('/health/live', (_request, response) => {
    response.json({ status: 'live', version: projectVersion })
  })
  router.get('/health/ready', async (_request, response) => {
    const found = await Promise.all(checks.map(async (check) => ({ name: check.name, reason: await reasonOf(check) })))
    const reasons = found.filter(({ reason }) => reason !== undefined)
    response.status(reasons.length === 0 ? 200 : 503).json({
      ...(reasons.length === 0 ? { status: 'ready' } : { status: 'not ready', reasons }),
      ...(details === undefined ? {} : { details: details() }),
    })
  })
  return router
}

import { Router } from 'express'
import { projectVersion } from '../observability/project-version.ts'

/**
 * One thing a process needs to serve. Answers at once, from what is known, why it is not ready; undefined when it is. A throw counts as
 * not ready, with its message. What has to be asked for is asked by a heartbeat.
 */
export type ReadinessCheck = {
  readonly name: string
  readonly check: () => string | undefined
}

/** What is worth knowing beside that, whether the process is ready or not: by name, a word each. */
export type ReadinessDetails = () => Readonly<Record<string, string>>

/** Not ready from the moment the process is told to end: whoever asks sends its requests elsewhere while they are still served here. */
export const notLeaving = (leaving: AbortSignal): ReadinessCheck => ({
  name: 'process',
  check: () => (leaving.aborted ? 'shutting down' : undefined),
})

const reasonOf = ({ check }: ReadinessCheck): string | undefined => {
  try {
    return check()
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
  router.get('/health/ready', (_request, response) => {
    const reasons = checks
      .map((check) => ({ name: check.name, reason: reasonOf(check) }))
      .filter(({ reason }) => reason !== undefined)
    response.status(reasons.length === 0 ? 200 : 503).json({
      ...(reasons.length === 0 ? { status: 'ready' } : { status: 'not ready', reasons }),
      ...(details === undefined ? {} : { details: details() }),
    })
  })
  return router
}

import type { Request, RequestHandler, Response } from 'express'
import type { Fields, Level, Logger } from '../observability/logger.ts'
import { durationBuckets, Histogram, type Registry } from '../observability/metrics.ts'
import { clientAddress } from './client-address.ts'
import { createLineLimit } from './line-limit.ts'
import type { Principal } from './principal.ts'
import { contextOf, type RequestContext } from './request-context.ts'

/** What is known of a request on its way, kept with its response. */
export type RequestRecord = {
  context: RequestContext
  /** The route's template; undefined where none matched. */
  route?: string
  principal?: Principal
  /** It goes on for as long as somebody listens: how long says nothing of how quick we are. */
  isStream?: true
  error?: unknown
}

const records = new WeakMap<Response, RequestRecord>()

export const recordOf = (response: Response): RequestRecord => {
  const found = records.get(response)
  if (found === undefined) throw new Error('a request was handled before it was noted')
  return found
}

type Outcome = {
  readonly route: string | undefined
  readonly error: unknown
  readonly method: string
  readonly status: number
}

const looks = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Health and metrics are asked for all day, and who only looks changes nothing: their good answers are for whoever wants to see
 * everything. A store that is away is known by one line, not by a stack a request.
 */
const levelOf = ({ route, error, method, status }: Outcome): Level => {
  if (route === undefined && error === undefined) return 'debug'
  if (status < 400) return looks.has(method) ? 'debug' : 'info'
  if (status < 500) return 'info'
  return status === 503 ? 'warn' : 'error'
}

/** Of what every process answers by itself: `/health/ready`, `/metrics`. */
const ownPathOf = (request: Request): string | undefined => {
  const matched = request.route as { readonly path?: unknown } | undefined
  return typeof matched?.path === 'string' ? matched.path : undefined
}

/**
 * Notes every request: at most one line in the log and one observation by route and status, when it has been answered or given up. What
 * was refused to somebody who is not signed in gets a line with the address, and no more lines than `createLineLimit` allows.
 */
export const requestLog = (logger: Logger, registry: Registry): RequestHandler => {
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests, from arrival to the end of the response',
    labelNames: ['method', 'route', 'status'],
    buckets: [...durationBuckets],
    registers: [registry],
  })

  const lines = createLineLimit(Date.now)

  return (request, response, next) => {
    const began = process.hrtime.bigint()
    let noted: Fields = {}
    const note = (fields: Fields) => {
      noted = { ...noted, ...fields }
    }
    records.set(response, { context: contextOf(request.get('traceparent'), note) })
    response.on('close', () => {
      const { context, route, principal, error, isStream } = recordOf(response)
      const seconds = Number(process.hrtime.bigint() - began) / 1e9
      // 499, as elsewhere: the caller went away before it was answered.
      const status = response.writableFinished || isStream === true ? response.statusCode : 499
      if (isStream !== true)
        duration.observe(
          { method: request.method, route: route ?? ownPathOf(request) ?? 'unmatched', status: String(status) },
          seconds,
        )
      const level = levelOf({ route, error, method: request.method, status })
      if (!logger.isOn(level)) return
      const address = principal === undefined && status >= 400 ? clientAddress(request) : undefined
      if (address !== undefined) {
        const leftOut = lines.leftOut()
        if (leftOut > 0) logger.warn('lines about callers who are not signed in were left out', { leftOut })
        if (!lines.mayWrite(address)) return
      }
      logger[level](`${request.method} ${request.path} ${status}`, {
        method: request.method,
        route,
        status,
        durationMs: Math.round(seconds * 1e6) / 1e3,
        traceId: context.traceId,
        subject: principal?.subject,
        address,
        ...noted,
        ...(status === 503 ? { reason: error instanceof Error ? error.message : undefined } : {}),
        ...(status >= 500 && status !== 503 ? { error } : {}),
      })
    })
    next()
  }
}

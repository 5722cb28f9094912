import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express'
import type { Logger } from '../observability/logger.ts'
import type { Registry } from '../observability/metrics.ts'
import type { Authenticate } from './authentication.ts'
import { createBodyReader, createRawReader, noBody } from './body.ts'
import { faultOf, type RefusalStatus } from './faults.ts'
import type { ReadinessCheck, ReadinessDetails } from './health.ts'
import { managementRouter, type Management } from './management.ts'
import { openApiOf, type ApiDescription } from './openapi.ts'
import { mayActAs, type Principal, type RoleRules } from './principal.ts'
import { forbidden, HttpFault, notFound, problemOf } from './problem.ts'
import type { RateLimit } from './rate-limit.ts'
import { recordOf, requestLog } from './request-log.ts'
import { respond, respondProblem } from './respond.ts'
import { assertDeclared, type Answer, type Route } from './routes.ts'
import { securityHeaders } from './security-headers.ts'

export type HttpAppOptions = {
  readonly api: ApiDescription
  readonly routes: readonly Route[]
  readonly authenticate: Authenticate
  readonly roleRules: RoleRules
  readonly refusalStatus: RefusalStatus
  readonly rateLimit: RateLimit
  readonly readiness: readonly ReadinessCheck[]
  readonly readinessDetails?: ReadinessDetails | undefined
  /** Where health, metrics and the description are answered instead of here. */
  readonly management?: Management | undefined
  readonly logger: Logger
  readonly registry: Registry
  /** Answers that differ from their own description are an error. For tests: it costs a second look at each answer. */
  readonly checkAnswers?: boolean
}

const assertDescribed = (route: Route, { status, body }: Answer) => {
  const described = route.answers[status]
  if (described === undefined) throw new Error(`${route.method} ${route.path} does not describe an answer ${status}`)
  described.body.parse(body)
}

/**
 * An app of declared routes with everything that is the same for all of them: who may, how often, what a request may look like, what
 * an error says, the description, health, metrics and the log. A route without declared access throws here, before anything listens.
 */
export const buildHttpApp = (options: HttpAppOptions): Express => {
  const {
    api,
    routes,
    authenticate,
    roleRules,
    refusalStatus,
    rateLimit,
    readiness,
    readinessDetails,
    management,
    logger,
    registry,
    checkAnswers = false,
  } = options
  assertDeclared(routes)
  const description = openApiOf(api, routes, refusalStatus)
  const readBody = createBodyReader()

  const admitted = async (route: Route, request: Request, response: Response): Promise<Principal | undefined> => {
    const { access } = route
    if (access === 'public') {
      if (route.unlimited !== true) await rateLimit(`address ${request.socket.remoteAddress ?? 'unknown'}`)
      return undefined
    }
    const principal = await authenticate(request, response)
    recordOf(response).principal = principal
    await rateLimit(`subject ${principal.subject}`)
    if (!access.some((role) => mayActAs(roleRules, principal, role))) throw forbidden()
    return principal
  }

  const handlerOf = (route: Route): RequestHandler => {
    const readRaw = route.rawBodyLimit === undefined ? undefined : createRawReader(route.rawBodyLimit)
    const read = async (request: Request, response: Response) => {
      if (readRaw !== undefined) return readRaw(request)
      return route.body === undefined ? noBody : readBody(request, response)
    }
    return async (request, response) => {
      const known = recordOf(response)
      known.route = route.path
      route.admit?.((name) => request.get(name))
      const principal = await admitted(route, request, response)
      const { json, raw } = await read(request, response)
      const { params, query } = request
      const answer = await route.answer({
        params,
        query,
        header: (name) => request.get(name),
        body: json,
        rawBody: raw,
        principal,
        context: known.context,
      })
      if (checkAnswers) assertDescribed(route, answer)
      respond(response, answer.status, answer.headers ?? {}, answer.body)
    }
  }

  // Four parameters: that is how Express knows an error handler.
  const onError: ErrorRequestHandler = (error: unknown, request, response, _next) => {
    const known = recordOf(response)
    const fault = faultOf(error, request.get('if-match') !== undefined, refusalStatus)
    known.error = error instanceof HttpFault ? (error.options.cause ?? error) : error
    if (response.headersSent) {
      // Half an answer has gone out. Cutting it off is the only way left to say that it is not whole.
      response.destroy()
      return
    }
    respondProblem(response, fault.status, fault.options.headers ?? {}, problemOf(fault, known.context.traceId))
  }

  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', 'simple')
  app.use(requestLog(logger, registry))
  app.use(securityHeaders())
  // First what is asked most.
  for (const route of routes) app[route.method](route.path.replaceAll(/\{(\w+)\}/g, ':$1'), handlerOf(route))
  const own = managementRouter({ readiness, readinessDetails, registry, description })
  if (management === undefined) app.use(own)
  else management.answerBy(own)
  app.use(() => {
    throw notFound()
  })
  app.use(onError)
  return app
}

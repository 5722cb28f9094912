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
import type { BodyAllowance } from './body-budget.ts'
import { createRawReader, noBody, readBody } from './body.ts'
import { crossOrigin } from './cross-origin.ts'
import { usualEdge, type EdgeOptions } from './edge-config.ts'
import { faultOf, type RefusalStatus } from './faults.ts'
import { createGate } from './gate.ts'
import type { ReadinessCheck, ReadinessDetails } from './health.ts'
import { managementPaths, managementRouter, type Management } from './management.ts'
import { openApiOf, type ApiDescription } from './openapi.ts'
import { otherMethods } from './other-methods.ts'
import type { RoleRules } from './principal.ts'
import { HttpFault, notFound, problemOf } from './problem.ts'
import { parseQuery } from './query.ts'
import type { RateLimit } from './rate-limit.ts'
import { recordOf, requestLog } from './request-log.ts'
import { respond, respondProblem, respondText } from './respond.ts'
import { assertDeclared, type Answer, type Route, type TextAnswer } from './routes.ts'
import { singleHeaders } from './single-headers.ts'
import { securityHeaders } from './security-headers.ts'

export type HttpAppOptions = {
  readonly api: ApiDescription
  readonly routes: readonly Route[]
  readonly authenticate: Authenticate
  readonly roleRules: RoleRules
  readonly refusalStatus: RefusalStatus
  readonly rateLimit: RateLimit
  readonly edge?: EdgeOptions | undefined
  readonly readiness: readonly ReadinessCheck[]
  readonly readinessDetails?: ReadinessDetails | undefined
  /** Where health, metrics and the description are answered instead of here. */
  readonly management?: Management | undefined
  readonly logger: Logger
  readonly registry: Registry
  /** Asked after the routes, in turn, for what is no route: files, and what is handed on to others. */
  readonly besides?: readonly RequestHandler[]
  /** Answers that differ from their own description are an error. For tests: it costs a second look at each answer. */
  readonly checkAnswers?: boolean
}

const assertDescribed = (route: Route, answer: Answer | TextAnswer) => {
  const described = route.answers[answer.status]
  const undescribed = (what: string | number) =>
    new Error(`${route.method} ${route.path} does not describe an answer ${what}`)
  if (described === undefined) throw undescribed(answer.status)
  if ('body' in answer) described.body.parse(answer.body)
  else if (described.texts?.[answer.mediaType] === undefined) throw undescribed(answer.mediaType)
}

const send = (response: Response, answer: Answer | TextAnswer): void => {
  const { status, headers = {} } = answer
  if ('body' in answer) respond(response, status, headers, answer.body)
  else respondText(response, status, headers, answer.mediaType, answer.text)
}

const inExpress = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1')
const looked = (path: string): Pick<Route, 'method' | 'path'> => ({ method: 'get', path })
const methodsByPath = (routes: readonly Pick<Route, 'method' | 'path'>[]) =>
  new Map(
    routes.map(
      ({ path }) => [path, routes.filter((other) => other.path === path).map(({ method }) => method)] as const,
    ),
  )

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
    edge = usualEdge,
    readiness,
    readinessDetails,
    management,
    logger,
    registry,
    besides = [],
    checkAnswers = false,
  } = options
  assertDeclared(routes)
  const description = openApiOf(api, routes, refusalStatus)
  const gate = createGate({ authenticate, roleRules, rateLimit, edge, warn: (message) => logger.warn(message) })

  const handlerOf = (route: Route): RequestHandler => {
    const readRaw = route.rawBodyLimit === undefined ? undefined : createRawReader(route.rawBodyLimit)
    const read = async (request: Request, allowance?: BodyAllowance) => {
      if (readRaw === undefined) return route.body === undefined ? noBody : readBody(request, allowance)
      try {
        return await readRaw(request, allowance)
      } catch (error) {
        if (error instanceof HttpFault) route.bodyRefused?.(error)
        throw error
      }
    }
    const assertSingle = singleHeaders(['Authorization', 'Content-Type', ...Object.keys(route.headers?.shape ?? {})])
    return async (request, response) => {
      const known = recordOf(response)
      known.route = route.path
      assertSingle(request)
      route.admit?.((name) => request.get(name))
      const { principal, body, leave } = await gate.enter(route, request, response, (allowance) =>
        read(request, allowance),
      )
      let failure: unknown
      try {
        const { params, query } = request
        const answer = await route.answer({
          params,
          query,
          header: (name) => request.get(name),
          body: body.json,
          rawBody: body.raw,
          principal,
          context: known.context,
        })
        if ('stream' in answer) {
          known.isStream = true
          await answer.stream(response)
          return
        }
        if (checkAnswers) assertDescribed(route, answer)
        send(response, answer)
      } catch (error) {
        failure = error
        throw error
      } finally {
        await leave(failure)
      }
    }
  }

  const count = (request: Request) => gate.count(request)

  /** For what every process has beside its routes. Who reads it slowly keeps nobody from anything. */
  const bounded: RequestHandler = async (request, response, next) => {
    const { leave } = await gate.enter({ access: 'public' }, request, response, async () => noBody)
    await leave()
    next()
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
  app.set('query parser', parseQuery)
  if (edge.TRUSTED_PROXIES.length > 0) app.set('trust proxy', edge.TRUSTED_PROXIES)
  app.use(requestLog(logger, registry))
  app.use(securityHeaders())
  const shared = crossOrigin(edge.CORS_ORIGINS)
  if (shared !== undefined) app.use(shared)
  // First what is asked most.
  for (const route of routes) app[route.method](inExpress(route.path), handlerOf(route))
  const own = managementRouter({ readiness, readinessDetails, registry, description })
  if (management === undefined) app.use(['/openapi.json', '/docs'], bounded).use(own)
  else management.answerBy(own)
  const known = [...routes, ...(management === undefined ? managementPaths.map(looked) : [])]
  for (const [path, methods] of methodsByPath(known)) app.all(inExpress(path), otherMethods(path, methods, count))
  for (const handler of besides) app.use(handler)
  app.use(async (request: Request) => {
    await count(request)
    throw notFound()
  })
  app.use(onError)
  return app
}

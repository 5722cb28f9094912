import { Agent, request as ask, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { request as askSecurely, Agent as SecureAgent } from 'node:https'
import type { Request, RequestHandler, Response } from 'express'
import { bodyLimitBytes, createRawReader } from '../infrastructure/http/body.ts'
import { clientAddress } from '../infrastructure/http/client-address.ts'
import { HttpFault, notFound } from '../infrastructure/http/problem.ts'
import { recordOf } from '../infrastructure/http/request-log.ts'
import { singleHeaders } from '../infrastructure/http/single-headers.ts'

/** The processes, by the word that stands for each in an address: `/api/read/v1/orders`. */
export type Targets = Readonly<Record<'command' | 'read' | 'processors' | 'projections', string>>

export type ForwardingOptions = {
  readonly targets: Targets
  /** How long the headers of an answer are waited for; an answer that has begun may go on for as long as it likes. */
  readonly answerLimitMs?: number
  /** What still comes then is cut off: whoever listens comes again. */
  readonly leaving?: AbortSignal | undefined
}

/** What of a request is handed on. Everything else is between the browser and this process. */
const handedOn = [
  'Authorization',
  'Accept',
  'Content-Type',
  'If-Match',
  'Idempotency-Key',
  'Last-Event-ID',
  'traceparent',
] as const

/** Of one connection alone (RFC 9110, 7.6.1), or decided by this process: cookies and other origins are nothing that it knows. */
const keptBack = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'set-cookie',
])

const headersOf = ({ headers }: IncomingMessage): OutgoingHttpHeaders => {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()))
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !keptBack.has(name) && !named.has(name) && !name.startsWith('access-control-'),
    ),
  )
}

const address = /^\/api\/(command|read|processors|projections)(\/v1\/.*)$/
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE'])
const isEventStream = ({ headers }: IncomingMessage) =>
  headers['content-type']?.startsWith('text/event-stream') === true

const away = (what: string, cause: unknown) =>
  new HttpFault(502, 'upstream_unavailable', `The process behind /api/${what} cannot be reached at the moment.`, {
    headers: { 'Retry-After': '1' },
    cause,
  })
const late = (what: string) =>
  new HttpFault(504, 'upstream_timeout', `The process behind /api/${what} does not answer.`, {
    headers: { 'Retry-After': '1' },
  })

/**
 * Hands requests below `/api/` on to the process that they are for, with the caller's own token: this process may nothing by itself. What
 * is answered is passed on bit by bit as it comes.
 */
export const createForwarding = ({ targets, answerLimitMs = 30_000, leaving }: ForwardingOptions): RequestHandler => {
  const agents = { 'http:': new Agent({ keepAlive: true }), 'https:': new SecureAgent({ keepAlive: true }) } as const
  const readBody = createRawReader(bodyLimitBytes)
  const assertSingle = singleHeaders(handedOn)

  const open = (target: URL, request: Request, body: Buffer): ClientRequest => {
    const headers: OutgoingHttpHeaders = { 'X-Forwarded-For': clientAddress(request) }
    for (const name of handedOn) {
      const value = request.get(name)
      if (value !== undefined) headers[name] = value
    }
    if (body.length > 0 || !['GET', 'HEAD'].includes(request.method)) headers['Content-Length'] = body.length
    const secure = target.protocol === 'https:'
    const options = { method: request.method, headers, agent: agents[secure ? 'https:' : 'http:'] }
    return (secure ? askSecurely : ask)(target, options)
  }

  const answered = (asked: ClientRequest, what: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => asked.destroy(late(what)), answerLimitMs)
      asked.once('response', (answer) => {
        clearTimeout(timer)
        resolve(answer)
      })
      // Stays for as long as the answer comes: what breaks then ends the answer itself.
      asked.on('error', (error) => {
        clearTimeout(timer)
        reject(error instanceof HttpFault ? error : away(what, error))
      })
    })

  const passOn = (answer: IncomingMessage, response: Response): Promise<void> =>
    new Promise((resolve) => {
      const cut = () => answer.destroy()
      leaving?.addEventListener('abort', cut, { once: true })
      response.once('close', () => {
        leaving?.removeEventListener('abort', cut)
        answer.destroy()
        resolve()
      })
      // Half an answer has gone out; cutting it off is the only way left to say that it is not whole. An event stream is never whole.
      answer.once('close', () => {
        if (answer.complete) return
        if (isEventStream(answer)) response.end()
        else response.destroy()
      })
      answer.on('error', () => response.destroy())
      response.writeHead(answer.statusCode ?? 502, headersOf(answer))
      response.flushHeaders()
      answer.pipe(response)
    })

  return async (request, response, next) => {
    if (!request.path.startsWith('/api/')) {
      next()
      return
    }
    // As it will be understood over there: what climbs out of its place has no place here.
    const { pathname, search } = new URL(request.originalUrl, 'http://console')
    const [, what, path] = address.exec(pathname) ?? []
    if (what === undefined || path === undefined) throw notFound()
    if (!methods.has(request.method))
      throw new HttpFault(405, 'method_not_allowed', 'This is not asked by that method.', {
        headers: { Allow: [...methods].join(', ') },
      })
    assertSingle(request)
    const known = recordOf(response)
    known.route = `/api/${what}`
    const { raw } = await readBody(request)
    const asked = open(new URL(path + search, targets[what as keyof Targets]), request, raw)
    response.once('close', () => asked.destroy())
    asked.end(raw)
    const answer = await answered(asked, what)
    if (isEventStream(answer)) known.isStream = true
    await passOn(answer, response)
  }
}

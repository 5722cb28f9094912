import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { NO_USER_PROJECTIONS } from '../projections/service.ts'
import { answerHealth } from './health.ts'
import { metricsOf } from './metrics.ts'
import { gossipOf, infoOf, optionsOf, PONG } from './node-info.ts'
import { respondEmpty, respondJson, respondMethods } from './respond.ts'
import type { ServerView } from './server-view.ts'
import { statsAt } from './stats.ts'
import { answerSubscriptions } from './subscriptions.ts'

/** What HTTP/1.1 gets on the port that gRPC uses too. */
export const httpListener =
  (server: ServerView): RequestListener =>
  (request, response) => {
    // A body means nothing here, but the connection is only free for the next request when it has been read.
    request.resume()
    const url = URL.parse(request.url ?? '/', 'http://localhost')
    const path = url === null ? undefined : segmentsOf(url.pathname)
    if (url === null || path === undefined) {
      respondEmpty(response, 400)
      return
    }
    answer(server, request, response, url, path).catch((error: unknown) => {
      process.emitWarning(error instanceof Error ? error : String(error))
      if (!response.headersSent) respondEmpty(response, 500)
    })
  }

/** Undefined when they are badly encoded. */
const segmentsOf = (pathname: string): readonly string[] | undefined => {
  try {
    return pathname.split('/').slice(1).map(decodeURIComponent)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

const answer = async (
  server: ServerView,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  path: readonly string[],
): Promise<void> => {
  const method = request.method ?? 'GET'
  const [first, ...rest] = path
  if (url.pathname === '/health/live') return answerHealth(request, response, url)
  if (url.pathname === '/' || url.pathname === '/web')
    return respondEmpty(response, 302, { location: '/web/index.html' })
  if (first === 'subscriptions') return answerSubscriptions(server, { method, path: rest, url, response })
  if (url.pathname === '/projections/continuous' && method === 'POST')
    return respondJson(response, { message: NO_USER_PROJECTIONS }, 501)
  const read = readable(server, url.pathname, path)
  if (read === undefined) return respondEmpty(response, 404)
  if (method === 'OPTIONS') return respondMethods(response, 200, ['GET'])
  if (method !== 'GET') return respondMethods(response, 405, ['GET'])
  return read(response)
}

type Read = (response: ServerResponse) => Promise<void> | void

/** What is only looked at. */
const readable = (server: ServerView, pathname: string, path: readonly string[]): Read | undefined => {
  switch (pathname) {
    case '/info':
      return (response) => respondJson(response, infoOf(server))
    case '/info/options':
      return (response) => respondJson(response, optionsOf(server))
    case '/gossip':
      return (response) => respondJson(response, gossipOf(server))
    case '/ping':
      return (response) => respondJson(response, PONG)
    case '/metrics':
      return async (response) => {
        const text = await metricsOf(server)
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text)
      }
  }
  if (path[0] !== 'stats') return undefined
  const found = statsAt(
    server,
    path.slice(1).filter((name) => name !== ''),
  )
  return found === undefined ? undefined : (response) => respondJson(response, found)
}

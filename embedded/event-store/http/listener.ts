import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { answerHealth } from './health.ts'

/** What HTTP/1.1 gets on the port that gRPC uses too. */
export const httpListener = (): RequestListener => (request, response) => {
  const url = URL.parse(request.url ?? '/', 'http://localhost')
  const answer = url === null ? undefined : routes.get(url.pathname)
  if (url === null) response.writeHead(400).end()
  else if (answer === undefined) response.writeHead(404).end()
  else answer(request, response, url)
}

type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => void

const routes: ReadonlyMap<string, Route> = new Map([['/health/live', answerHealth]])

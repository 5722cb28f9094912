import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { answerHealth } from './health.ts'

/** What HTTP/1.1 gets on the port that gRPC uses too. */
export const httpListener = (): RequestListener => (request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const answer = routes[url.pathname]
  if (answer === undefined) response.writeHead(404).end()
  else answer(request, response, url)
}

type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => void

const routes: Readonly<Record<string, Route>> = { '/health/live': answerHealth }

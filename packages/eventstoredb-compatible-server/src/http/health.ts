import type { IncomingMessage, ServerResponse } from 'node:http'

/** `GET|HEAD /health/live`: 204 once the server is ready; `?liveCode=200` asks for another code, as container health checks do. */
export const answerHealth = (request: IncomingMessage, response: ServerResponse, url: URL): void => {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD', 'content-length': 0 }).end()
    return
  }
  const code = Number(url.searchParams.get('liveCode') ?? 204)
  response.writeHead(Number.isInteger(code) && code >= 200 && code < 600 ? code : 204).end()
}

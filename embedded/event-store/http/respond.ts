import type { ServerResponse } from 'node:http'

const CORS = {
  'access-control-allow-methods': 'GET, OPTIONS',
  'access-control-allow-headers': 'Content-Type, X-Requested-With, X-Forwarded-Host, X-Forwarded-Prefix, X-PINGOTHER, Authorization',
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Location, ES-Position',
}

/** JSON as the real server writes it: indented, and open to pages of any origin. */
export const respondJson = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, { ...CORS, 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body, undefined, 2))
}

export const respondEmpty = (response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void => {
  response.writeHead(status, { ...CORS, ...headers }).end()
}

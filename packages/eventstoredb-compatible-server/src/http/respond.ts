import type { ServerResponse } from 'node:http'

const CORS = {
  'access-control-allow-methods': 'GET, OPTIONS',
  'access-control-allow-headers':
    'Content-Type, X-Requested-With, X-Forwarded-Host, X-Forwarded-Prefix, X-PINGOTHER, Authorization',
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Location, ES-Position',
}

/** JSON as the real server writes it: indented, and open to pages of any origin. */
export const respondJson = (response: ServerResponse, body: unknown, status = 200): void => {
  const text = JSON.stringify(body, undefined, 2)
  response
    .writeHead(status, {
      ...CORS,
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
    })
    .end(text)
}

export const respondEmpty = (
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void => {
  response.writeHead(status, { ...CORS, 'content-length': 0, ...headers }).end()
}

/** To a method that a path does not take, and to the question which ones it does take. */
export const respondMethods = (response: ServerResponse, status: 200 | 405, methods: readonly string[]): void => {
  const list = [...methods, 'OPTIONS'].join(', ')
  respondEmpty(response, status, { 'access-control-allow-methods': list, ...(status === 405 ? { allow: list } : {}) })
}

import type { Response } from 'express'

export type Headers = Readonly<Record<string, string>>

const send = (response: Response, status: number, type: string, headers: Headers, text: string): void => {
  response.writeHead(status, {
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    ...headers,
  })
  response.end(text)
}

/**
 * Answers in JSON. Not by Express's own `json`, which answers 304 where an `If-None-Match` fits: a revision here is not all that an
 * answer tells.
 */
export const respond = (response: Response, status: number, headers: Headers, body: unknown): void => {
  send(response, status, 'application/json', headers, JSON.stringify(body))
}

export const respondText = (
  response: Response,
  status: number,
  headers: Headers,
  mediaType: string,
  text: string,
): void => {
  send(response, status, mediaType, headers, text)
}

export const respondProblem = (response: Response, status: number, headers: Headers, problem: unknown): void => {
  send(response, status, 'application/problem+json', headers, JSON.stringify(problem))
}

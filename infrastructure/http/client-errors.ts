import { STATUS_CODES, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { HttpFault, invalidRequest, problemOf } from './problem.ts'
import { contextOf } from './request-context.ts'

const faultOf = (code: string | undefined): HttpFault => {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HttpFault(431, 'headers_too_large', 'The headers are larger than 16 KB.')
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new HttpFault(413, 'body_too_large', 'There is more around the body than in it.')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpFault(408, 'request_too_slow', 'The request has not come in time.')
    default:
      return invalidRequest('The request is not as HTTP has it.')
  }
}

const answerTo = (fault: HttpFault): string => {
  const problem = JSON.stringify(problemOf(fault, contextOf(undefined, () => undefined).traceId))
  return [
    `HTTP/1.1 ${fault.status} ${STATUS_CODES[fault.status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(problem)}`,
    'Cache-Control: no-store',
    'Connection: close',
    '',
    problem,
  ].join('\r\n')
}

/** Tells a problem, as for all other requests, also to whoever sends what never becomes one: Node would answer with a status alone. */
export const answerClientErrors = (server: Server): void => {
  const answering = new WeakMap<Duplex, Set<ServerResponse>>()
  server.on('request', ({ socket }, response: ServerResponse) => {
    const responses = answering.get(socket) ?? new Set()
    answering.set(socket, responses.add(response))
    response.once('close', () => responses.delete(response))
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const isInAnAnswer = [...(answering.get(socket) ?? [])].some(({ headersSent }) => headersSent)
    // Half an answer has gone out, or nobody is there: nothing can be said any more.
    if (isInAnAnswer || error.code === 'ECONNRESET' || !socket.writable) socket.destroy()
    else socket.end(answerTo(faultOf(error.code)), () => socket.destroy())
  })
}

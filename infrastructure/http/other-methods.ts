import type { RequestHandler } from 'express'
import { HttpFault } from './problem.ts'
import { recordOf } from './request-log.ts'

const allowedOf = (methods: readonly string[]): string => {
  const names = methods.map((method) => method.toUpperCase())
  return [...new Set([...names.flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name])), 'OPTIONS'])].join(', ')
}

/** For an address that is there, after all that it answers: which methods those are. */
export const otherMethods = (path: string, methods: readonly string[]): RequestHandler => {
  const allowed = { Allow: allowedOf(methods) }
  return (request, response) => {
    recordOf(response).route = path
    if (request.method !== 'OPTIONS')
      throw new HttpFault(405, 'method_not_allowed', `This address takes ${allowed.Allow}.`, { headers: allowed })
    response.writeHead(204, allowed).end()
  }
}

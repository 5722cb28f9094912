import type { Request, RequestHandler } from 'express'
import { HttpFault } from './problem.ts'
import { recordOf } from './request-log.ts'

const allowedOf = (methods: readonly string[]): string => {
  const names = methods.map((method) => method.toUpperCase())
  return [...new Set([...names.flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name])), 'OPTIONS'])].join(', ')
}

/** For an address that is there, after all that it answers: which methods those are, to whoever `count` lets ask. */
export const otherMethods = (
  path: string,
  methods: readonly string[],
  count: (request: Request) => Promise<void>,
): RequestHandler => {
  const allowed = { Allow: allowedOf(methods) }
  return async (request, response) => {
    recordOf(response).route = path
    await count(request)
    if (request.method !== 'OPTIONS')
      throw new HttpFault(405, 'method_not_allowed', `This address takes ${allowed.Allow}.`, { headers: allowed })
    response.writeHead(204, allowed).end()
  }
}

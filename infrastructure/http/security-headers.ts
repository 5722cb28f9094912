import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { RequestHandler } from 'express'
import helmet from 'helmet'

type Headers = readonly (readonly [name: string, value: string])[]

/** What helmet sets, which with fixed options is the same for every answer. @throws where it is not known at once */
const fixedHeaders = (...options: Parameters<typeof helmet>): Headers => {
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  let done = false
  helmet(...options)(request, response, (error?: unknown) => {
    if (error !== undefined) throw error instanceof Error ? error : new Error('helmet failed', { cause: error })
    done = true
  })
  if (!done) throw new Error('helmet has not set its headers at once')
  return response.getHeaderNames().map((name) => [name, String(response.getHeader(name))])
}

/** Sets helmet's headers, asked of it once: its own way to each answer leads through thirteen handlers. */
export const securityHeaders = (): RequestHandler => {
  // Without TLS in front of it, an upgrade of its own scripts to https would leave the description without any.
  const headers = fixedHeaders({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } })
  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value)
    next()
  }
}

import cors from 'cors'
import type { Request, RequestHandler } from 'express'
import { commaSeparated } from './comma-separated.ts'

const isOrigin = (text: string): boolean =>
  text === '*' || (!text.includes('*') && URL.canParse(text) && new URL(text).origin === text)

/** Of which pages the scripts may call: `https://app.example`, or `*` for all. Tokens are no cookies: no page has them but by its own doing. */
export const corsOrigins = commaSeparated
  .refine(
    (origins) => origins.every(isOrigin),
    'give origins such as https://app.example, without a slash at the end and with commas between them, or *',
  )
  .default([])

/** What an answer says beside its body, and a script of another origin would not be shown. */
const exposed = ['ETag', 'Event-Position', 'Location', 'Idempotency-Replayed', 'Retry-After', 'WWW-Authenticate']
/** For so long a browser need not ask again whether it may. */
const preflightSeconds = 600

const isPreflight = ({ method, headers }: Request) =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined

/** Undefined where none may: then nothing is said of it, and browsers keep their scripts from it. */
export const crossOrigin = (origins: readonly string[]): RequestHandler | undefined => {
  if (origins.length === 0) return undefined
  const allow = cors({
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    exposedHeaders: exposed,
    maxAge: preflightSeconds,
  })
  return (request, response, next) => {
    // Who only asks for the methods of an address is told them further on.
    if (request.method === 'OPTIONS' && !isPreflight(request)) next()
    else allow(request, response, next)
  }
}

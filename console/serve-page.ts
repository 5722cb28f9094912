import type { Request, RequestHandler } from 'express'
import { recordOf } from '../infrastructure/http/request-log.ts'
import type { Encoding, PageFile, PageFiles } from './page-files.ts'

/** Nothing but what lies here, and nothing written into the page itself: neither script nor style. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const encodingFor = (request: Request, { compressed }: PageFile): Encoding | undefined =>
  (['br', 'gzip'] as const).find(
    (encoding) => compressed[encoding] !== undefined && request.acceptsEncodings(encoding) !== false,
  )

/** Serves the page, and leaves everything else to what comes next. A browser asks each time whether a file has changed, but for those whose name says so. */
export const servePage =
  (files: PageFiles): RequestHandler =>
  (request, response, next) => {
    const file = files.get(request.path)
    if (file === undefined || !['GET', 'HEAD'].includes(request.method)) {
      next()
      return
    }
    recordOf(response).route = 'page'
    const encoding = encodingFor(request, file)
    const body = (encoding && file.compressed[encoding]) ?? file.bytes
    response.setHeader('Content-Security-Policy', policy)
    response.setHeader('Vary', 'Accept-Encoding')
    response.setHeader('ETag', file.etag)
    response.setHeader('Cache-Control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    if (request.get('if-none-match') === file.etag) {
      response.writeHead(304).end()
      return
    }
    response.writeHead(200, {
      'Content-Type': file.type,
      'Content-Length': body.length,
      ...(encoding === undefined ? {} : { 'Content-Encoding': encoding }),
    })
    response.end(body)
  }

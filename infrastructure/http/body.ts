import express, { type Request, type Response } from 'express'
import { unsupportedMediaType } from './faults.ts'

export const bodyLimitBytes = 64 * 1024

export type ReadBody = {
  /** Undefined when there was none. */
  readonly json: unknown
  /** The bytes as they came: what a signature is over. */
  readonly raw: Buffer
}

export const noBody: ReadBody = { json: undefined, raw: Buffer.alloc(0) }

const isEmpty = (request: Request) =>
  request.headers['content-length'] === '0' ||
  (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined)

/** Reads a JSON body, once it is known who sends it. @throws HttpFault 415; what body-parser throws (see `faultOf`) */
export const createBodyReader = (): ((request: Request, response: Response) => Promise<ReadBody>) => {
  const raw = new WeakMap<object, Buffer>()
  const parse = express.json({
    limit: bodyLimitBytes,
    verify: (request, _response, bytes) => {
      raw.set(request, bytes)
    },
  })

  return async (request, response) => {
    if (isEmpty(request)) return noBody
    if (!request.is('application/json')) throw unsupportedMediaType()
    await new Promise<void>((resolve, reject) => {
      parse(request, response, (error?: unknown) => {
        if (error === undefined) resolve()
        else reject(error instanceof Error ? error : new Error('the body cannot be read', { cause: error }))
      })
    })
    return { json: request.body as unknown, raw: raw.get(request) ?? Buffer.alloc(0) }
  }
}

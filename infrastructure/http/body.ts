import express, { type Request, type Response } from 'express'
import { unsupportedMediaType } from './faults.ts'
import { HttpFault, invalidRequest } from './problem.ts'

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

const tooLarge = (limit: number) =>
  // The rest of it is not waited for.
  new HttpFault(413, 'body_too_large', `The body is larger than ${limit / 1_024} KB.`, {
    headers: { Connection: 'close' },
  })

/**
 * Reads the bytes of a body, whatever they are. One that says it is longer than the limit is refused before anything is read, and one
 * that does not say so at the limit. @throws HttpFault 413, 415, 400 when it breaks off
 */
export const createRawReader =
  (limit: number) =>
  async (request: Request): Promise<ReadBody> => {
    if (isEmpty(request)) return noBody
    if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit)
    if (request.headers['content-encoding'] !== undefined) throw unsupportedMediaType()
    const raw = await new Promise<Buffer>((resolve, reject) => {
      const chunks: Buffer[] = []
      let length = 0
      const more = (chunk: Buffer) => {
        length += chunk.length
        chunks.push(chunk)
        if (length <= limit) return
        request.off('data', more).pause()
        reject(tooLarge(limit))
      }
      request
        .on('data', more)
        .once('end', () => resolve(Buffer.concat(chunks)))
        .once('error', (error) => reject(invalidRequest(`The body broke off: ${error.name}.`)))
        .once('close', () => reject(invalidRequest('The body broke off.')))
    })
    return { json: undefined, raw }
  }

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

import type { Request } from 'express'
import type { BodyAllowance } from './body-budget.ts'
import { unsupportedMediaType } from './faults.ts'
import { readJsonBytes } from './json-bytes.ts'
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

/** So much of a body that is refused is let run out, and for so long: whoever is cut off while still sending may never see the answer. */
const drainedBytes = 1_024 * 1_024
const drainedMs = 250

const drained = (request: Request): Promise<void> =>
  new Promise((resolve) => {
    let length = 0
    const done = () => {
      clearTimeout(timer)
      request.off('data', more).off('end', done).off('close', done)
      resolve()
    }
    const more = (chunk: Buffer) => {
      length += chunk.length
      if (length > drainedBytes) done()
    }
    const timer = setTimeout(done, drainedMs)
    request.on('data', more).once('end', done).once('close', done).resume()
  })

const tooLarge = async (request: Request, limit: number): Promise<HttpFault> => {
  if (Number(request.headers['content-length'] ?? 0) <= drainedBytes) await drained(request)
  const headers = request.complete ? {} : { headers: { Connection: 'close' } }
  return new HttpFault(413, 'body_too_large', `The body is larger than ${limit / 1_024} KB.`, headers)
}

const tooSlow = (withinMs: number) =>
  new HttpFault(408, 'body_too_slow', `The body has to be here within ${withinMs / 1_000} s.`, {
    headers: { Connection: 'close' },
  })

const tooMuchAtOnce = () =>
  new HttpFault(503, 'overloaded', 'Too much is sent at the moment. Send it again.', {
    headers: { 'Retry-After': '1', Connection: 'close' },
  })

/** A few bytes on the wire could be many in memory, and nothing that is sent here is large. */
const assertPlain = (encoding: string | undefined) => {
  if (encoding === undefined || encoding.trim().toLowerCase() === 'identity') return
  throw new HttpFault(415, 'unsupported_media_type', 'Send the body as it is, without Content-Encoding.', {
    headers: { 'Accept-Encoding': 'identity' },
  })
}

/**
 * Reads the bytes of a body, whatever they are. One that says it is longer than the limit is refused before anything is read, and one
 * that does not say so at the limit. @throws HttpFault 413, 415, 400 when it breaks off; beyond what it is allowed 408 and 503
 */
export const createRawReader =
  (limit: number) =>
  async (request: Request, allowance?: BodyAllowance): Promise<ReadBody> => {
    if (isEmpty(request)) return noBody
    if (Number(request.headers['content-length'] ?? 0) > limit) throw await tooLarge(request, limit)
    assertPlain(request.headers['content-encoding'])
    const raw = await new Promise<Buffer>((resolve, reject) => {
      const chunks: Buffer[] = []
      let length = 0
      const stop = () => {
        clearTimeout(late)
        request.off('data', more).off('end', end).off('close', brokenOff)
      }
      const more = (chunk: Buffer) => {
        length += chunk.length
        chunks.push(chunk)
        if (length > limit) {
          stop()
          tooLarge(request, limit).then(reject, reject)
        } else if (allowance?.take(chunk.length) === false) {
          stop()
          reject(tooMuchAtOnce())
        }
      }
      const end = () => {
        stop()
        resolve(Buffer.concat(chunks))
      }
      const fail = (message: string) => {
        stop()
        reject(invalidRequest(message))
      }
      const brokenOff = () => fail('The body broke off.')
      const late =
        allowance === undefined
          ? undefined
          : setTimeout(() => {
              stop()
              reject(tooSlow(allowance.withinMs))
            }, allowance.withinMs)
      request
        .on('data', more)
        .once('end', end)
        .once('close', brokenOff)
        .once('error', (error) => fail(`The body broke off: ${error.name}.`))
    })
    return { json: undefined, raw }
  }

/** Every one that is named; `utf8` is how some write it. */
const namesAnotherCharset = (contentType: string): boolean =>
  [...contentType.matchAll(/;\s*charset\s*=\s*"?([^\s;"]*)/gi)].some(([, name = '']) => !/^utf-?8$/i.test(name))

const readRaw = createRawReader(bodyLimitBytes)
const faultsOfBytes = { no_utf8: 'This is not valid UTF-8.', no_json: 'This is not valid JSON.' } as const

/** Reads a JSON body. @throws HttpFault 413, 415, 400; beyond what it is allowed 408 and 503 */
export const readBody = async (request: Request, allowance?: BodyAllowance): Promise<ReadBody> => {
  if (isEmpty(request)) return noBody
  if (!request.is('application/json') || namesAnotherCharset(request.headers['content-type'] ?? ''))
    throw unsupportedMediaType()
  const { raw } = await readRaw(request, allowance)
  if (raw.length === 0) return noBody
  const json = readJsonBytes(raw)
  if (json.read) return { json: json.value, raw }
  const message = faultsOfBytes[json.why]
  throw invalidRequest(message.replace('This', 'The body'), [{ in: 'body', path: '', message }])
}

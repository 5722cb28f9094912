import { z } from 'zod'

/** One field that is wrong. `path` is dotted (`lines.0.quantity`); empty for the whole. */
export const fieldFaultSchema = z.strictObject({
  in: z.enum(['body', 'query', 'path', 'header']),
  path: z.string(),
  message: z.string(),
})
export type FieldFault = z.infer<typeof fieldFaultSchema>

/** RFC 9457, with a stable `code` and, where the business said no, the `facts` that a caller can act on. */
export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    code: z.string(),
    traceId: z.string(),
    errors: z.array(fieldFaultSchema).optional(),
    facts: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof problemSchema>

export type HttpFaultOptions = {
  readonly errors?: readonly FieldFault[]
  readonly facts?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** A request cannot be answered as it was asked, and the answer says so with this status and code. `detail` is shown to the caller. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault'
  readonly status: number
  readonly code: string
  readonly options: HttpFaultOptions
  constructor(status: number, code: string, detail: string, options: HttpFaultOptions = {}) {
    super(detail, { cause: options.cause })
    this.status = status
    this.code = code
    this.options = options
  }
}

export const invalidRequest = (detail: string, errors: readonly FieldFault[] = []) =>
  new HttpFault(400, 'invalid_request', detail, errors.length === 0 ? {} : { errors })

/** Not there, or somebody else's: the answer is the same, so that nobody learns what others have. */
export const notFound = (detail = 'There is nothing under this address.') => new HttpFault(404, 'not_found', detail)

export const forbidden = () => new HttpFault(403, 'forbidden', 'The roles of this token do not allow that.')

export const preconditionRequired = () =>
  new HttpFault(428, 'precondition_required', 'Send If-Match with the revision you have seen, as the ETag gave it.')

export const preconditionFailed = () =>
  new HttpFault(412, 'precondition_failed', 'It has changed since the revision that If-Match names.')

/** A passing fault: worth asking again after `retryAfterSeconds`. */
export const unavailable = (code: string, detail: string, retryAfterSeconds = 1, cause?: unknown) =>
  new HttpFault(503, code, detail, { headers: { 'Retry-After': String(retryAfterSeconds) }, cause })

const titleOf = (code: string) => code.charAt(0).toUpperCase() + code.slice(1).replaceAll('_', ' ')

export const problemOf = (fault: HttpFault, traceId: string): Problem => ({
  type: `urn:problem-type:${fault.code}`,
  title: titleOf(fault.code),
  status: fault.status,
  detail: fault.message,
  code: fault.code,
  traceId,
  ...(fault.options.errors === undefined ? {} : { errors: [...fault.options.errors] }),
  ...(fault.options.facts === undefined ? {} : { facts: fault.options.facts }),
})

import type { z } from 'zod'
import { Refusal } from '../../domain/shared/refusal.ts'
import { StoreUnavailable, VersionConflict } from '../event-store/port.ts'
import { HttpFault, invalidRequest, preconditionFailed, unavailable, type FieldFault } from './problem.ts'

/** The HTTP status that each code of a refusal is answered with. */
export type RefusalStatus = (code: string) => number

/** What is wrong with each field, by its first issue; a field that nobody knows is named by its own path. */
export const fieldFaults = (where: FieldFault['in'], error: z.ZodError): readonly FieldFault[] => {
  const faults = error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        in: where,
        path: [...issue.path, key].map(String).join('.'),
        message: 'This field is not known.',
      }))
    }
    return [{ in: where, path: issue.path.map(String).join('.'), message: issue.message }]
  })
  const first = new Map(faults.toReversed().map((fault) => [fault.path, fault]))
  return faults.filter((fault) => first.get(fault.path) === fault)
}

/** What Express throws where it cannot take a request apart: an address that is no UTF-8, say. */
const asRequestFault = (error: Error): HttpFault | undefined => {
  const { status } = error as { readonly status?: unknown }
  return typeof status === 'number' && status >= 400 && status < 500
    ? invalidRequest('The request is malformed.')
    : undefined
}

export const unsupportedMediaType = () =>
  new HttpFault(415, 'unsupported_media_type', 'Send JSON in UTF-8: Content-Type: application/json.')

/**
 * What a caller is told of an error. Only refusals and faults speak for themselves; of everything else neither message nor stack
 * leaves the process. `named` says whether the caller named a revision by If-Match.
 */
export const faultOf = (error: unknown, named: boolean, refusalStatus: RefusalStatus): HttpFault => {
  if (error instanceof HttpFault) return error
  if (error instanceof Refusal) {
    const facts = Object.keys(error.facts).length === 0 ? {} : { facts: error.facts }
    return new HttpFault(refusalStatus(error.code), error.code, error.message, { ...facts, cause: error })
  }
  if (error instanceof VersionConflict) {
    return named
      ? preconditionFailed()
      : unavailable('busy', 'Too many are changing this at once. Ask again.', 1, error)
  }
  if (error instanceof StoreUnavailable)
    return unavailable('store_unavailable', 'A store cannot be reached at the moment.', 1, error)
  const known = error instanceof Error ? asRequestFault(error) : undefined
  return known ?? new HttpFault(500, 'internal_error', 'Something is broken on our side.', { cause: error })
}

import { z } from 'zod'
import { invalidRequest } from './problem.ts'

/** A strong entity tag around a revision. */
export const etagOf = (revision: bigint): string => `"${revision}"`

/** For a route's `headers`: one strong tag as it was given in `ETag`, or `*`. */
export const ifMatchHeader = z
  .string()
  .max(64)
  .optional()
  .meta({ description: 'The ETag of the revision that was seen', example: '"3"' })

/**
 * The revision the caller has seen; undefined when any will do (`*`, or no header). Lists are refused: an answer here has one revision,
 * and whoever sends several has not decided on one.
 */
export const revisionNamedBy = (ifMatch: string | undefined): bigint | undefined => {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined
  const digits = /^"(0|[1-9]\d{0,18})"$/.exec(ifMatch.trim())?.[1]
  if (digits === undefined) {
    throw invalidRequest('If-Match is not one revision.', [
      { in: 'header', path: 'If-Match', message: 'Give one ETag, such as "3".' },
    ])
  }
  return BigInt(digits)
}

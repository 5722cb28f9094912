import { z } from 'zod'
import { invalidRequest } from './problem.ts'

/** A strong entity tag around a revision. */
export const etagOf = (revision: bigint): string => `"${revision}"`

/** For a route's `headers`: one tag as it was given in `ETag`, or `*`. */
export const ifMatchHeader = z
  .string()
  .max(64)
  .optional()
  .meta({ description: 'The ETag of the revision that was seen', example: '"3"' })

/**
 * What a compressing proxy makes of our tag on its way out comes back as it made it: weak (nginx, Envoy), or with the encoding inside
 * (Apache, Jetty). By RFC 9110 a weak tag never matches `If-Match`, since the bytes may differ; what is compared here is a revision.
 */
const tag = /^(?:W\/)?"(0|[1-9]\d{0,18})(?:(?:--?|;)(?:gzip|br|deflate|zstd))?"$/

/**
 * The revision the caller has seen; undefined when any will do (`*`, or no header). Lists are refused: an answer here has one revision,
 * and whoever sends several has not decided on one.
 */
export const revisionNamedBy = (ifMatch: string | undefined): bigint | undefined => {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined
  const digits = tag.exec(ifMatch.trim())?.[1]
  if (digits === undefined) {
    throw invalidRequest('If-Match is not one revision.', [
      { in: 'header', path: 'If-Match', message: 'Give one ETag, such as "3".' },
    ])
  }
  return BigInt(digits)
}

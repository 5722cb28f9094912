import { z } from 'zod'
import { minPosition } from './reading.ts'
import { staleIn } from './stale.ts'

const prefix = 'after '
const toCursor = (last: string) => Buffer.from(`${prefix}${last}`, 'utf8').toString('base64url')

const fromCursor = (cursor: string): string | undefined => {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  return text.startsWith(prefix) && toCursor(text.slice(prefix.length)) === cursor
    ? text.slice(prefix.length)
    : undefined
}

/**
 * The query of every list. `cursor` comes out as the key of the last row of the page before, if it has the list's form: what comes in
 * by a cursor is nothing but a place to go on from, and needs no secret.
 */
export const pageQuery = (keyPattern: RegExp) => ({
  limit: z.coerce.number<string>().int().min(1).max(100).default(20),
  cursor: z
    .string()
    .max(500)
    .optional()
    .transform((cursor, context) => {
      if (cursor === undefined) return undefined
      const key = fromCursor(cursor)
      if (key !== undefined && keyPattern.test(key)) return key
      context.addIssue({ code: 'custom', message: 'This is not a cursor that a page gave.' })
      return z.NEVER
    })
    .meta({ description: 'nextCursor of the page before' }),
  minPosition,
})

export const pageOf = (item: z.ZodType) =>
  z.strictObject({
    items: z.array(item),
    nextCursor: z.string().nullable(),
    stale: z.literal(true).optional().meta({
      description:
        'There only where it is so: nothing new is taken in at the moment, and what is not here may be there all the same',
    }),
  })

/** A page of at most `limit` of these rows; whoever asks the database asks for one more, to know whether there is a next page. */
export const toPage = <Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => string,
  view: (row: Row) => Item,
  /** A table that the rows come from stands still. */
  standsStill: boolean,
) => {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(view),
    nextCursor: rows.length > limit && last !== undefined ? toCursor(keyOf(last)) : null,
    ...staleIn({ stale: standsStill }),
  }
}

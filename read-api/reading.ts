import { z } from 'zod'
import { positionFromText, positionToText } from '../infrastructure/event-store/position.ts'
import type { Answer, AnswerDescription } from '../infrastructure/http/routes.ts'
import type { Database } from './database.ts'
import type { Freshness } from './freshness.ts'

/** What every read needs. */
export type Reading = { readonly database: Database; readonly freshness: Freshness }

export const minPosition = z.string()
  .refine((text) => positionFromText(text) !== undefined, 'This is not a position that an answer gave.')
  .optional()
  .meta({ description: 'Wait until what is read has come that far: the position that a write answered with' })

/** An answer of what `read` finds in these tables, with how far they are at least. */
export const answerFrom = async (
  { freshness }: Pick<Reading, 'freshness'>,
  tables: readonly string[],
  wanted: string | undefined,
  read: () => Promise<{ readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }>,
): Promise<Answer> => {
  const least = wanted === undefined ? undefined : positionFromText(wanted)
  // First how far the tables are, then the rows: these are then at least as far as the answer says.
  const position = least === undefined ? await freshness.of(tables) : await freshness.atLeast(least, tables)
  const { body, headers } = await read()
  return { status: 200, body, headers: { ...headers, ...(position === undefined ? {} : { 'Event-Position': positionToText(position) }) } }
}

export const described = (description: string, body: z.ZodType, headers: Readonly<Record<string, string>> = {}): AnswerDescription => ({
  description,
  body,
  headers: { 'Event-Position': 'How far what was read is, at least', ...headers },
})

import { z } from 'zod'
import {
  comparePositions,
  positionFromText,
  positionToText,
  type Position,
} from '../infrastructure/event-store/position.ts'
import { HttpFault } from '../infrastructure/http/problem.ts'
import type { Principal } from '../infrastructure/http/principal.ts'
import type { Answer, AnswerDescription } from '../infrastructure/http/routes.ts'
import { readModelBehind, type Database } from './database.ts'
import type { Freshness } from './freshness.ts'
import type { Found, Look } from './look.ts'

/** What every read needs. */
export type Reading = { readonly database: Database; readonly freshness: Freshness }

/**
 * The same for whoever is signed in. Nobody else is waited for: any place in the log can be invented, and a request that waits keeps
 * others from theirs.
 */
export const waitingFor = (principal: Principal | undefined, reading: Reading): Reading =>
  principal === undefined ? { ...reading, freshness: { atLeast: () => Promise.reject(readModelBehind()) } } : reading

export const minPosition = z
  .string()
  .refine((text) => positionFromText(text) !== undefined, 'This is not a position that an answer gave.')
  .optional()
  .meta({
    description:
      'Wait until what is read has come that far: the position that a write answered with. Without a token nobody waits, and is answered 503',
  })

const hasCome = ({ position }: Found<unknown>, wanted: Position): boolean =>
  position !== undefined && comparePositions(position, wanted) >= 0

/** What is not there is not known to be nowhere while a table stands still. */
const answered = <Row, Answered>(
  found: Found<Row>,
  answer: (rows: readonly Row[], standsStill: boolean) => Answered,
): Answered => {
  try {
    return answer(found.rows, found.standsStill === true)
  } catch (error) {
    throw error instanceof HttpFault && error.status === 404 && found.rows.length === 0 && found.standsStill === true
      ? readModelBehind(error)
      : error
  }
}

/**
 * An answer of what is found, with how far its tables are. Whoever wants it to have come to a place is waited for only when it has not:
 * else, too, it is a single statement.
 */
export const answerFrom = async <Row, Body>(
  { database, freshness }: Reading,
  wanted: string | undefined,
  { tables, ask }: Look<Row>,
  answer: (
    rows: readonly Row[],
    standsStill: boolean,
  ) => { readonly body: Body; readonly headers?: Readonly<Record<string, string>> },
): Promise<Answer & { readonly body: Body }> => {
  let found = await ask(database)
  const least = wanted === undefined ? undefined : positionFromText(wanted)
  if (least !== undefined && !hasCome(found, least)) {
    await freshness.atLeast(least, tables)
    found = await ask(database)
    // A table that was put back meanwhile.
    if (!hasCome(found, least)) throw readModelBehind()
  }
  const { body, headers } = answered(found, answer)
  return {
    status: 200,
    body,
    headers: {
      ...headers,
      ...(found.position === undefined ? {} : { 'Event-Position': positionToText(found.position) }),
    },
  }
}

export const described = (
  description: string,
  body: z.ZodType,
  headers: Readonly<Record<string, string>> = {},
): AnswerDescription => ({
  description,
  body,
  headers: { 'Event-Position': 'How far what was read is, at least', ...headers },
})

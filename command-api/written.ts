import { z } from 'zod'
import { positionToText, type Position } from '../infrastructure/event-store/position.ts'
import { etagOf } from '../infrastructure/http/etag.ts'
import type { Answer, AnswerDescription } from '../infrastructure/http/routes.ts'

/** Where a stream was after a command. */
export type Place = { readonly revision: bigint | undefined; readonly position: Position | undefined }

/** The same with what a caller is told: a revision for If-Match, a position for `minPosition`. */
export type Written = { readonly revision: bigint; readonly position: string }

/** A stream that something was written to has both, whatever the store has forgotten of the append itself. */
export const written = ({ revision, position }: Place): Written => {
  if (revision === undefined || position === undefined) throw new Error('a command left its stream without an event')
  return { revision, position: positionToText(position) }
}

const positionField = z.string().meta({ description: 'For ?minPosition= of a read' })
const positionHeader = { 'Event-Position': 'The position of what was written, as in the body' } as const

/** An answer about a stream that has a revision to be named by If-Match. */
export const revised = <Shape extends z.ZodRawShape>(
  description: string,
  shape: Shape,
  headers: Readonly<Record<string, string>> = {},
): AnswerDescription => ({
  description,
  body: z.strictObject({ ...shape, revision: z.int(), position: positionField }),
  headers: { ETag: 'The revision, for If-Match', ...positionHeader, ...headers },
})

/** An answer about something whose revision is nobody's business. */
export const noted = <Shape extends z.ZodRawShape>(description: string, shape: Shape): AnswerDescription => ({
  description,
  body: z.strictObject({ ...shape, position: positionField }),
  headers: positionHeader,
})

export const revisedAnswer = (
  status: number,
  place: Place,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Answer => {
  const { revision, position } = written(place)
  return {
    status,
    body: { ...body, revision: Number(revision), position },
    headers: { ETag: etagOf(revision), 'Event-Position': position, ...headers },
  }
}

export const notedAnswer = (status: number, place: Place, body: object): Answer => {
  const { position } = written(place)
  return { status, body: { ...body, position }, headers: { 'Event-Position': position } }
}

import { randomUUID } from 'node:crypto'
import {
  binaryEvent,
  jsonEvent,
  type AppendExpectedRevision,
  type AppendResult,
  type EventData,
} from '@eventstore/db-client'
import { letters } from './consumer.ts'
import type { Server } from './server.ts'
import { all } from './waiting.ts'

/** A JSON event; ids matter, so they can be given. */
export const event = (
  type = 'Happened',
  {
    id = randomUUID(),
    data = {},
    metadata,
  }: { id?: string; data?: Record<string, unknown>; metadata?: Record<string, unknown> } = {},
): EventData => jsonEvent({ id, type, data, ...(metadata === undefined ? {} : { metadata }) })

/** One for each of the types in a text such as `a b c`. */
export const events = (text: string): EventData[] => letters(text).map((type) => event(type))

export const withId = (id: string): EventData => event('Happened', { id })

export const many = (count: number, type = 'Counted'): EventData[] =>
  Array.from({ length: count }, (_, n) => event(type, { data: { n } }))

/** A link event, as its text has it: `3@stream`. */
export const linkTo = (text: string): EventData => binaryEvent({ type: '$>', data: Buffer.from(text) })

type Append = (
  stream: string,
  events: EventData | EventData[],
  expectedRevision?: AppendExpectedRevision,
) => Promise<AppendResult>

/** Both ways in which the client appends: with credentials in the call it takes the older Append. */
export const bothWays = (server: Server): readonly (readonly [string, Append])[] =>
  (
    [
      ['batch', {}],
      ['append', { credentials: { username: 'admin', password: 'changeit' } }],
    ] as const
  ).map(([way, options]) => [
    way,
    (stream, events, expectedRevision = 'any') =>
      server.client.appendToStream(stream, events, { expectedRevision, ...options }),
  ])

export const revisions = async (server: Pick<Server, 'client'>, stream: string): Promise<number[]> =>
  (await all(server.client.readStream(stream))).map(({ event: read }) => Number(read?.revision))

export const ids = async (server: Pick<Server, 'client'>, stream: string): Promise<(string | undefined)[]> =>
  (await all(server.client.readStream(stream))).map(({ event: read }) => read?.id)

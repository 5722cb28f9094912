import { z } from 'zod'
import { HttpFault, notFound, unavailable } from '../../infrastructure/http/problem.ts'
import { route } from '../../http-api/route.ts'
import type { Route } from '../../infrastructure/http/routes.ts'
import { deadLetterSchema, wholeDeadLetterSchema, type DeadLetter } from './dead-letter.ts'
import type { DeadLetterPlace, DeadLetters } from './dead-letters.ts'

const pageSchema = z.object({ items: z.array(deadLetterSchema), nextCursor: z.string().nullable() })
const number = z.string().regex(/^\d{1,15}$/, 'a dead letter has a number')

const query = z.strictObject({
  limit: z.coerce.number<string>().int().min(1).max(100).default(20),
  cursor: z
    .string()
    .regex(/^[a-z]+\/\d{1,15}$/, 'not a cursor of this list')
    .optional(),
  /** `true`: also those that are settled. */
  settled: z.enum(['true', 'false']).default('false'),
})
type Query = z.output<typeof query>

const placeIn = (cursor: string): DeadLetterPlace => {
  const [group = '', place = ''] = cursor.split('/')
  return { group, number: BigInt(place) }
}

const common = { tag: 'Dead letters', access: ['operator'] } as const

export const deadLetterRoutes = (deadLetters: DeadLetters, groups: readonly string[]): readonly Route[] => {
  const page = async (wanted: readonly string[], { limit, cursor, settled }: Query) => {
    const from = cursor === undefined ? undefined : placeIn(cursor)
    if (from !== undefined && !wanted.includes(from.group)) throw notFound('The cursor belongs to another list.')
    const found = await deadLetters.list({ groups: wanted, from, resolvedToo: settled === 'true', limit })
    const next: DeadLetter | undefined = found[limit]
    return {
      status: 200,
      body: { items: found.slice(0, limit), nextCursor: next === undefined ? null : `${next.group}/${next.number}` },
    }
  }
  const known = (group: string) => {
    if (!groups.includes(group)) throw notFound(`There is no group ${group}.`)
    return group
  }

  return [
    route({
      ...common,
      method: 'get',
      path: '/v1/dead-letters',
      summary: 'Events that no service could handle, over all groups',
      query,
      answers: { 200: { description: 'A page, oldest first within each group', body: pageSchema } },
      problems: [404],
      handle: async (request) => page(groups, request.query),
    }),
    route({
      ...common,
      method: 'get',
      path: '/v1/dead-letters/{group}',
      summary: 'Those of one group',
      params: z.strictObject({ group: z.string() }),
      query,
      answers: { 200: { description: 'A page, oldest first', body: pageSchema } },
      problems: [404],
      handle: async (request) => page([known(request.params.group)], request.query),
    }),
    route({
      ...common,
      method: 'get',
      path: '/v1/dead-letters/{group}/{number}',
      summary: 'One, with the content of its event',
      params: z.strictObject({ group: z.string(), number }),
      answers: { 200: { description: 'The dead letter', body: wholeDeadLetterSchema } },
      problems: [404],
      handle: async ({ params }) => {
        const found = await deadLetters.one({ group: known(params.group), number: BigInt(params.number) })
        if (found === undefined)
          throw notFound(`There is no dead letter ${params.number} in the group ${params.group}.`)
        return {
          status: 200,
          body: { ...found.deadLetter, data: found.event?.data ?? null, metadata: found.event?.metadata ?? null },
        }
      },
    }),
    route({
      ...common,
      method: 'post',
      path: '/v1/dead-letters/{group}/{number}/retry',
      summary: 'Have the event handled once more',
      description:
        'By the same handler, behind what its key already has to do. What comes of it is seen in the dead letter.',
      params: z.strictObject({ group: z.string(), number }),
      body: z.strictObject({}),
      answers: {
        202: { description: 'Written down, and under way', body: z.object({ group: z.string(), number: z.int() }) },
      },
      problems: [404, 409, 503],
      handle: async ({ params, principal }) => {
        const group = known(params.group)
        switch (await deadLetters.retry({ group, number: BigInt(params.number) }, principal.subject)) {
          case 'begun':
            return { status: 202, body: { group, number: Number(params.number) } }
          case 'unknown':
            throw notFound(`There is no dead letter ${params.number} in the group ${group}.`)
          case 'already_settled':
            throw new HttpFault(409, 'already_settled', 'The dead letter is settled: there is nothing left to be done.')
          case 'original_gone':
            throw new HttpFault(409, 'original_gone', 'The event is no longer in the store.')
          case 'not_here':
            throw unavailable('group_not_running', 'This process does not run the group at the moment.', 5)
        }
      },
    }),
  ]
}

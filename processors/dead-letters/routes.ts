import { z } from 'zod'
import { lineOfText } from '../../domain/shared/text.ts'
import { masked } from '../../domain/personal-data.ts'
import { HttpFault, notFound, unavailable } from '../../infrastructure/http/problem.ts'
import { route } from '../../http-api/route.ts'
import type { Route } from '../../infrastructure/http/routes.ts'
import { deadLetterSchema, wholeDeadLetterSchema, type DeadLetter } from './dead-letter.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { Decisions, NotBegun } from './decisions.ts'
import type { DeadLetterPlace } from './resolution.ts'

const pageSchema = z.object({ items: z.array(deadLetterSchema), nextCursor: z.string().nullable() })
const number = z.string().regex(/^\d{1,15}$/, 'a dead letter has a number')
const place = z.strictObject({ group: z.string(), number })

const query = z.strictObject({
  limit: z.coerce.number<string>().int().min(1).max(100).default(20),
  cursor: z
    .string()
    .regex(/^[a-z]+\/\d{1,15}$/, 'not a cursor of this list')
    .optional(),
  /** `true`: also those that are settled. */
  settled: z.enum(['true', 'false']).default('false'),
  /** The event's type. */
  type: z.string().min(1).max(200).optional(),
  /** The code for which it stands. */
  reason: z.string().min(1).max(200).optional(),
  olderThanSeconds: z.coerce.number<string>().nonnegative().optional(),
  /** The order's id. */
  key: z.string().min(1).max(500).optional(),
})
type Query = z.output<typeof query>

const placeIn = (cursor: string): DeadLetterPlace => {
  const [group = '', of = ''] = cursor.split('/')
  return { group, number: BigInt(of) }
}

const begun = (params: { readonly group: string; readonly number: string }) => ({
  status: 202,
  body: { group: params.group, number: Number(params.number) },
})

const refusalOf = ({ group, number: of }: { group: string; number: string }, notBegun: NotBegun): HttpFault => {
  if ('waitsBehind' in notBegun)
    return new HttpFault(409, 'waits_behind', `It waits behind ${group} ${notBegun.waitsBehind}: that comes first.`, {
      facts: { group, number: Number(notBegun.waitsBehind) },
    })
  switch (notBegun.refused) {
    case 'unknown':
      return notFound(`There is no dead letter ${of} in the group ${group}.`)
    case 'already_settled':
      return new HttpFault(409, 'already_settled', 'The dead letter is settled: there is nothing left to be done.')
    case 'under_way':
      return new HttpFault(
        409,
        'under_way',
        'An event of its key is being handled at this moment. If whoever does so has died, it can be decided about in half a minute.',
      )
    case 'original_gone':
      return new HttpFault(409, 'original_gone', 'The event is no longer in the store.')
    case 'not_here':
      return unavailable('group_not_running', 'This process does not run the group at the moment.', 5)
  }
}

const common = { tag: 'Dead letters', access: ['operator'] } as const
const accepted = z.object({ group: z.string(), number: z.int() })

export const deadLetterRoutes = (
  deadLetters: DeadLetters & Pick<Decisions, 'retry' | 'discard'>,
  groups: readonly string[],
): readonly Route[] => {
  const page = async (wanted: readonly string[], { limit, cursor, settled, ...filter }: Query) => {
    const from = cursor === undefined ? undefined : placeIn(cursor)
    if (from !== undefined && !wanted.includes(from.group)) throw notFound('The cursor belongs to another list.')
    const found = await deadLetters.list({ groups: wanted, from, resolvedToo: settled === 'true', limit, filter })
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
      summary: 'One, with the content of its event, its history, and what a retry would do',
      description:
        'Without what the event says of a person: the streams of the console show that, and note who has looked.',
      params: place,
      answers: { 200: { description: 'The dead letter', body: wholeDeadLetterSchema } },
      problems: [404],
      handle: async ({ params }) => {
        const found = await deadLetters.one({ group: known(params.group), number: BigInt(params.number) })
        if (found === undefined) throw refusalOf(params, { refused: 'unknown' })
        return { status: 200, body: { ...found, data: masked(found.data).data } }
      },
    }),
    route({
      ...common,
      method: 'post',
      path: '/v1/dead-letters/{group}/{number}/retry',
      summary: 'Have the event handled once more',
      description:
        'By the same handler, behind what its key already has to do. What comes of it is seen in the dead letter. Letters of one key are retried in their order; those that wait behind it follow by themselves.',
      params: place,
      body: z.strictObject({}),
      answers: { 202: { description: 'Written down, and under way', body: accepted } },
      problems: [404, 409, 503],
      handle: async ({ params, principal }) => {
        const group = known(params.group)
        const result = await deadLetters.retry({ group, number: BigInt(params.number) }, principal.subject)
        if (result !== 'begun') throw refusalOf(params, result)
        return begun(params)
      },
    }),
    route({
      ...common,
      method: 'post',
      path: '/v1/dead-letters/{group}/{number}/discard',
      summary: 'Have the event left undone',
      description: 'It is settled by that, for good, and no longer holds up what waits behind it.',
      params: place,
      body: z.strictObject({ why: lineOfText(500) }),
      answers: { 202: { description: 'Written down', body: accepted } },
      problems: [404, 409],
      handle: async ({ params, principal, body }) => {
        const group = known(params.group)
        const result = await deadLetters.discard({ group, number: BigInt(params.number) }, principal.subject, body.why)
        if (result !== 'discarded') throw refusalOf(params, result)
        return begun(params)
      },
    }),
  ]
}

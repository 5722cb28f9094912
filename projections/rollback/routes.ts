import { z } from 'zod'
import { positionToText } from '../../infrastructure/event-store/position.ts'
import { notFound } from '../../infrastructure/http/problem.ts'
import type { Route } from '../../infrastructure/http/routes.ts'
import type { Logger } from '../../infrastructure/observability/logger.ts'
import type { RollbackLook, Rollbacks } from '../../infrastructure/projections/rollbacks.ts'
import { route } from '../../http-api/route.ts'
import { stateFields, translated, viewOfState } from '../replacement-view.ts'

const keptView = z.strictObject({
  generation: z.int().meta({ description: 'Which of the tables there have been under this name' }),
  version: z.int(),
  position: z.string().nullable().meta({ description: 'Where it stands, and goes on from' }),
  since: z.iso
    .datetime()
    .meta({ description: 'When it was replaced, or was last written by a rollback that did not end' }),
})

const rollbackView = z
  .strictObject({
    name: z.string(),
    kept: keptView.nullable().meta({ description: 'The table that was replaced last, for as long as it is kept' }),
    refusal: z.string().nullable().meta({ description: 'Why it cannot be put back' }),
    ...stateFields,
  })
  .meta({ id: 'Rollback' })

const viewOf = (name: string, { kept, refusal, state }: RollbackLook): z.infer<typeof rollbackView> => ({
  name,
  kept:
    kept === undefined
      ? null
      : {
          generation: kept.generation,
          version: kept.version,
          position: kept.position === undefined ? null : positionToText(kept.position),
          since: kept.since.toISOString(),
        },
  refusal: refusal ?? null,
  ...viewOfState(state),
})

const params = z.strictObject({ name: z.string().max(100) })
const common = { path: '/v1/projections/{name}/rollback', tag: 'projections', access: ['operator'], params } as const

/** Puts the table back that a rebuild has replaced, and says which that would be. As `npm run projections -- rollback` does. */
export const rollbackRoutes = (rollbacks: Rollbacks, logger: Logger): readonly Route[] => {
  const known = (name: string): string => {
    if (!rollbacks.names.includes(name)) throw notFound(`There is no read table ${name}.`)
    return name
  }
  const lookAt = async (name: string) => {
    try {
      return viewOf(name, await rollbacks.look(name))
    } catch (error) {
      throw translated(error, 'rollback_refused')
    }
  }

  return [
    route({
      ...common,
      method: 'post',
      summary: 'Put the table back that was replaced last',
      description:
        'It goes on from where it stood, beside the live one, and takes its place when it has come to where that is. The live one is kept in turn, so that this can be taken back the same way. Only a table of the version that the program has, and only the one that is meant: the `generation` of `kept`.',
      body: z.strictObject({
        generation: z.int().min(1).meta({ description: 'Of the kept table that is meant' }),
      }),
      problems: [404, 409],
      answers: { 202: { description: 'It has begun', body: rollbackView } },
      handle: async ({ params: { name }, body: { generation }, principal: { subject } }) => {
        known(name)
        logger.info('rollback asked for', { projection: name, subject, generation })
        try {
          await rollbacks.begin(name, { generation, by: subject })
        } catch (error) {
          throw translated(error, 'rollback_refused')
        }
        return { status: 202, body: await lookAt(name) }
      },
    }),
    route({
      ...common,
      method: 'get',
      summary: 'Which table would be put back, and how far that is',
      description: 'How far: of the last rollback that was begun in this process.',
      problems: [404],
      answers: { 200: { description: 'What is kept, and what came of the last rollback', body: rollbackView } },
      handle: async ({ params: { name } }) => ({ status: 200, body: await lookAt(known(name)) }),
    }),
  ]
}

import { z } from 'zod'
import { notFound } from '../../infrastructure/http/problem.ts'
import type { Route } from '../../infrastructure/http/routes.ts'
import type { Logger } from '../../infrastructure/observability/logger.ts'
import type { Rebuilds } from '../../infrastructure/projections/rebuilds.ts'
import type { ReplacementState } from '../../infrastructure/projections/replacement-runs.ts'
import { verification } from '../../infrastructure/projections/verification.ts'
import { route } from '../../http-api/route.ts'
import { stateFields, translated, viewOfState } from '../replacement-view.ts'

const rebuildView = z
  .strictObject({
    name: z.string(),
    ...stateFields,
    verification: verification.optional().meta({ description: 'How it differed from the table that was live' }),
    dryRun: z.literal(true).optional().meta({ description: 'It was compared alone, and dropped' }),
  })
  .meta({ id: 'Rebuild' })

const viewOf = (name: string, state: ReplacementState): z.infer<typeof rebuildView> => ({
  name,
  ...viewOfState(state),
})

const params = z.strictObject({ name: z.string().max(100) })
const common = { path: '/v1/projections/{name}/rebuild', tag: 'projections', access: ['operator'], params } as const

/** Builds a read table anew while the live one goes on, and says how far that is. As `npm run projections -- rebuild` does. */
export const rebuildRoutes = (rebuilds: Rebuilds, logger: Logger): readonly Route[] => {
  const known = (name: string): string => {
    if (!rebuilds.names.includes(name)) throw notFound(`There is no read table ${name}.`)
    return name
  }
  const stateOf = async (name: string) => {
    try {
      return viewOf(name, await rebuilds.state(name))
    } catch (error) {
      throw translated(error, 'rebuild_refused')
    }
  }

  return [
    route({
      ...common,
      method: 'post',
      summary: 'Build a read table anew from the first event',
      description:
        'Beside the live one, which goes on; the two are compared, and it is swapped in when it has caught up, whatever differs. The table before it is kept for a while, and can be put back.',
      body: z.strictObject({
        setAside: z.boolean().default(false).meta({
          description: 'Set rows aside that cannot be folded, instead of ending at the first',
        }),
        dryRun: z.boolean().default(false).meta({
          description: 'Build and compare it, and drop it then: the live table stays',
        }),
      }),
      problems: [404, 409],
      answers: { 202: { description: 'It has begun', body: rebuildView } },
      handle: async ({ params: { name }, body: { setAside: setsAside, dryRun }, principal: { subject } }) => {
        try {
          await rebuilds.begin(known(name), { setsAside, dryRun })
        } catch (error) {
          throw translated(error, 'rebuild_refused')
        }
        logger.info('rebuild asked for', { projection: name, subject, setsAside, dryRun })
        return { status: 202, body: await stateOf(name) }
      },
    }),
    route({
      ...common,
      method: 'get',
      summary: 'How far the rebuild of a read table is',
      description: 'Of the one that runs, whoever has begun it; else of the last one that was begun in this process.',
      problems: [404],
      answers: { 200: { description: 'How far it is, or what came of it', body: rebuildView } },
      handle: async ({ params: { name } }) => ({ status: 200, body: await stateOf(known(name)) }),
    }),
  ]
}

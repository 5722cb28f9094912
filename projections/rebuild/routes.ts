import { z } from 'zod'
import { StoreUnavailable } from '../../infrastructure/event-store/port.ts'
import { HttpFault, notFound } from '../../infrastructure/http/problem.ts'
import type { Route } from '../../infrastructure/http/routes.ts'
import type { Logger } from '../../infrastructure/observability/logger.ts'
import { databaseAwayText, isPassingDatabaseFault } from '../../infrastructure/postgres/errors.ts'
import { RebuildRefused, RebuildUnderWay } from '../../infrastructure/projections/rebuild.ts'
import type { Rebuilds, RebuildState } from '../../infrastructure/projections/rebuilds.ts'
import { route } from '../../http-api/route.ts'

const rebuildView = z
  .strictObject({
    name: z.string(),
    state: z.enum(['none', 'running', 'done', 'failed']),
    startedAt: z.iso.datetime().optional(),
    endedAt: z.iso.datetime().optional(),
    events: z.int().optional().meta({ description: 'How many were read' }),
    share: z.number().optional().meta({ description: 'Of the way, 0 to 1' }),
    setAside: z.int().optional().meta({ description: 'Rows that could not be folded' }),
    failure: z.string().optional().meta({ description: 'Why; the live table is as it was' }),
  })
  .meta({ id: 'Rebuild' })

const viewOf = (name: string, state: RebuildState): z.infer<typeof rebuildView> => ({
  name,
  ...state,
  startedAt: 'startedAt' in state ? state.startedAt?.toISOString() : undefined,
  endedAt: 'endedAt' in state ? state.endedAt.toISOString() : undefined,
})

const params = z.strictObject({ name: z.string().max(100) })
const common = { path: '/v1/projections/{name}/rebuild', tag: 'projections', access: ['operator'], params } as const

const translated = (error: unknown): unknown => {
  if (error instanceof RebuildUnderWay)
    return new HttpFault(409, 'rebuild_running', 'A table is being built anew already. Wait until that has ended.')
  if (error instanceof RebuildRefused) return new HttpFault(409, 'rebuild_refused', error.message, { cause: error })
  return isPassingDatabaseFault(error) ? new StoreUnavailable(databaseAwayText(error), { cause: error }) : error
}

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
      throw translated(error)
    }
  }

  return [
    route({
      ...common,
      method: 'post',
      summary: 'Build a read table anew from the first event',
      description:
        'Beside the live one, which goes on; it is swapped in when it has caught up. The table before it is dropped in that moment: there is no way back but to build it anew once more.',
      body: z.strictObject({
        setAside: z.boolean().default(false).meta({
          description: 'Set rows aside that cannot be folded, instead of ending at the first',
        }),
      }),
      problems: [404, 409],
      answers: { 202: { description: 'It has begun', body: rebuildView } },
      handle: async ({ params: { name }, body: { setAside: setsAside }, principal: { subject } }) => {
        try {
          await rebuilds.begin(known(name), { setsAside })
        } catch (error) {
          throw translated(error)
        }
        logger.info('rebuild asked for', { projection: name, subject, setsAside })
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

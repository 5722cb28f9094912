import { z } from 'zod'
import { positionToText, type Position } from '../../infrastructure/event-store/position.ts'
import { route } from '../../http-api/route.ts'
import type { Route } from '../../infrastructure/http/routes.ts'
import { projectionProgress, type ProjectionProgress } from '../../infrastructure/projections/progress.ts'
import { verification } from '../../infrastructure/projections/verification.ts'
import { leastOf } from '../freshness.ts'
import type { Look } from '../look.ts'
import { answerFrom, described, minPosition, type Reading } from '../reading.ts'

const position = z.string().nullable()

const projectionView = z
  .strictObject({
    name: z.string(),
    version: z.int(),
    position,
    unreadable: z.string().nullable().meta({
      description: 'What stands in the place of its position and is none; it stands still until it is built anew',
    }),
    events: z.int(),
    lastEventAt: z.iso.datetime().nullable(),
    caughtUp: z.boolean().meta({ description: 'It has everything, and is looked after' }),
    standsStill: z.string().nullable().meta({ description: 'Why nothing happens to it, and what mends that' }),
    lagSeconds: z.number(),
    setAside: z
      .strictObject({
        count: z.int(),
        first: z.array(
          z.strictObject({ key: z.string(), eventId: z.string(), eventType: z.string(), error: z.string() }),
        ),
      })
      .meta({ description: 'Rows whose events could not be folded; at most a hundred are named' }),
    rebuild: z
      .strictObject({
        version: z.int(),
        position,
        share: z.number(),
        verifying: z.boolean().meta({ description: 'It is compared with this table' }),
      })
      .nullable()
      .meta({ description: 'The table that is built anew beside it' }),
    verification: verification
      .nullable()
      .meta({ description: 'How it differed from the table whose place it took, when it was built anew' }),
    kept: z
      .strictObject({ generation: z.int(), version: z.int(), position, since: z.iso.datetime() })
      .nullable()
      .meta({ description: 'The table that was replaced last, which can be put back for a while' }),
    putBack: z
      .strictObject({ by: z.string(), at: z.iso.datetime() })
      .nullable()
      .meta({ description: 'Who has put this table back in the place of the one that had replaced it' }),
  })
  .meta({ id: 'Projection' })

const textOf = (at: Position | undefined): string | null => (at === undefined ? null : positionToText(at))

const viewOf = (progress: ProjectionProgress): z.infer<typeof projectionView> => {
  const { name, version, events, lastEventAt, caughtUp, lagSeconds, setAside, setAsideCount, rebuild, kept, putBack } =
    progress
  return {
    name,
    version,
    position: textOf(progress.position),
    unreadable: progress.unreadable ?? null,
    events,
    lastEventAt: lastEventAt?.toISOString() ?? null,
    caughtUp,
    standsStill: progress.standsStill ?? null,
    lagSeconds,
    setAside: { count: setAsideCount, first: [...setAside] },
    rebuild:
      rebuild === undefined
        ? null
        : {
            version: rebuild.version,
            position: textOf(rebuild.position),
            share: rebuild.share,
            verifying: rebuild.verifying,
          },
    verification: progress.verification ?? null,
    kept:
      kept === undefined
        ? null
        : {
            generation: kept.generation,
            version: kept.version,
            position: textOf(kept.position),
            since: kept.since.toISOString(),
          },
    putBack: putBack === undefined ? null : { by: putBack.by, at: putBack.at.toISOString() },
  }
}

/** Of these tables; the rows are of all that there are. */
const progressOf = (tables: readonly string[]): Look<ProjectionProgress> => ({
  tables,
  ask: async (database) => {
    const rows = await database.ask(projectionProgress)
    return { rows, position: leastOf(tables.map((table) => rows.find(({ name }) => name === table)?.position)) }
  },
})

export const projectionRoutes = (reading: Reading, tables: readonly string[]): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/projections',
    summary: 'How far each read model is',
    tag: 'projections',
    access: ['operator'],
    query: z.strictObject({ minPosition }),
    answers: { 200: described('All of them, by name', z.strictObject({ items: z.array(projectionView) })) },
    handle: ({ query }) =>
      answerFrom(reading, query.minPosition, progressOf(tables), (rows) => ({ body: { items: rows.map(viewOf) } })),
  }),
]

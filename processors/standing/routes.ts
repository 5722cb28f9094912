import { z } from 'zod'
import type { DeadlineSettings } from '../../domain/orders/deadline.ts'
import { StoreUnavailable } from '../../infrastructure/event-store/port.ts'
import type { Route } from '../../infrastructure/http/routes.ts'
import type { BreakerState } from '../../infrastructure/outside/circuit-breaker.ts'
import { databaseAwayText, isPassingDatabaseFault } from '../../infrastructure/postgres/errors.ts'
import type { Queryable } from '../../infrastructure/postgres/pool.ts'
import { reasonsNotReady, type EngineStatus } from '../../infrastructure/projections/status.ts'
import { keptFor } from '../../infrastructure/time/kept-for.ts'
import { route } from '../../http-api/route.ts'
import { groupView, standingOfGroups, type GroupsAsked } from './groups.ts'
import { openIntentsByKind, openIntentsView } from './open-intents.ts'

export type Standing = Pick<GroupsAsked, 'store' | 'wanted'> & {
  readonly database: Queryable
  /** After which an effect without an outcome is tried again for the first time. */
  readonly firstDelayMs: number
  /** By which an order is paid, or ends. */
  readonly deadline: Pick<DeadlineSettings, 'confirmWithin' | 'actionGrace' | 'latest'>
  readonly now: () => Date
}

export type StandingRoutesOptions = Standing & {
  readonly groups: readonly string[]
  readonly statuses: GroupsAsked['statuses']
  readonly followUps: () => EngineStatus
  readonly breakers: () => Readonly<Record<string, BreakerState>>
}

const common = { method: 'get', tag: 'Standing', access: ['operator'] } as const
/** However many look at once, the stores are asked once a second. */
const keptMs = 1_000
const at = z.iso.datetime().meta({ description: 'When this was looked up: within the last second' })

/** How the groups, the calls to the outside and the follow-ups stand. */
export const standingRoutes = (options: StandingRoutesOptions): readonly Route[] => {
  const { database, firstDelayMs, deadline, now, followUps, breakers } = options
  const milliseconds = () => now().getTime()

  const groups = keptFor(keptMs, milliseconds, async () => ({
    at: now().toISOString(),
    items: await standingOfGroups(options),
  }))

  const openIntents = keptFor(keptMs, milliseconds, async () => {
    try {
      return { at: now().toISOString(), items: await openIntentsByKind(database, { firstDelayMs, now: now() }) }
    } catch (error) {
      if (isPassingDatabaseFault(error)) throw new StoreUnavailable(databaseAwayText(error), { cause: error })
      throw error
    }
  })

  return [
    route({
      ...common,
      path: '/v1/groups',
      summary: 'How each persistent subscription stands, here and in the event store',
      answers: { 200: { description: 'All of them', body: z.strictObject({ at, items: z.array(groupView) }) } },
      handle: async () => ({ status: 200, body: await groups() }),
    }),
    route({
      ...common,
      path: '/v1/breakers',
      summary: 'Whether calls to the outside are made at the moment',
      description: '`closed`: they are. `half_open`: one tries. `open`: none is made.',
      answers: {
        200: {
          description: 'By what lies behind each',
          body: z.strictObject({
            items: z.array(z.strictObject({ outside: z.string(), state: z.enum(['closed', 'half_open', 'open']) })),
          }),
        },
      },
      handle: () =>
        Promise.resolve({
          status: 200,
          body: { items: Object.entries(breakers()).map(([outside, state]) => ({ outside, state })) },
        }),
    }),
    route({
      ...common,
      path: '/v1/follow-ups',
      summary: 'Effects without an outcome, and whether this process follows them up',
      answers: {
        200: {
          description: 'By kind',
          body: z.strictObject({
            at,
            role: z.enum(['active', 'standby', 'away', 'stopped']),
            reasons: z.array(z.string()).meta({ description: 'Why the follow-ups do not go on; none where they do' }),
            openIntents: z.array(openIntentsView),
            deadline: z
              .strictObject({
                confirmWithinSeconds: z.number(),
                actionGraceSeconds: z.number(),
                latestSeconds: z.number(),
              })
              .meta({
                description:
                  'From placing: when an order that is not confirmed ends; how much more time it has whose customer is asked to confirm the payment; and the longest it is ever put off',
              }),
          }),
        },
      },
      handle: async () => {
        const { at: lookedAt, items } = await openIntents()
        const status = followUps()
        return {
          status: 200,
          body: {
            at: lookedAt,
            role: status.state.role,
            reasons: [...reasonsNotReady(status)],
            openIntents: items,
            deadline: {
              confirmWithinSeconds: deadline.confirmWithin / 1_000,
              actionGraceSeconds: deadline.actionGrace / 1_000,
              latestSeconds: deadline.latest / 1_000,
            },
          },
        }
      },
    }),
  ]
}

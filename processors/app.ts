import type { Express } from 'express'
import type { Callers } from '../http-api/callers.ts'
import type { ReadinessCheck } from '../infrastructure/http/health.ts'
import type { Management } from '../infrastructure/http/management.ts'
import { buildApi } from '../http-api/app.ts'
import type { BreakerState } from '../infrastructure/outside/circuit-breaker.ts'
import type { Logger } from '../infrastructure/observability/logger.ts'
import type { Registry } from '../infrastructure/observability/metrics.ts'
import { reasonsNotReady, type EngineStatus } from '../infrastructure/projections/status.ts'
import type { ConsumerStatus } from '../infrastructure/subscriptions/persistent.ts'
import type { Desk } from './dead-letters/desk.ts'
import { deadLetterRoutes } from './dead-letters/routes.ts'
import { standingRoutes, type Standing } from './standing/routes.ts'

export type ProcessorsAppDependencies = Callers & {
  readonly deadLetters: Omit<Desk, 'close'>
  readonly groups: readonly string[]
  readonly statuses: () => ReadonlyMap<string, ConsumerStatus>
  readonly followUps: () => EngineStatus
  /** What is asked to say how groups and follow-ups stand. */
  readonly standing: Standing
  /** Besides that. */
  readonly readiness?: readonly ReadinessCheck[]
  readonly management?: Management | undefined
  /** Of the circuit breakers around what is outside. */
  readonly breakers?: () => Readonly<Record<string, BreakerState>>
  readonly logger: Logger
  readonly registry: Registry
  readonly checkAnswers?: boolean
}

/** Each group by itself, so that one sees which is paused and why; and the follow-ups. */
const readinessOf = ({
  statuses,
  followUps,
}: Pick<ProcessorsAppDependencies, 'statuses' | 'followUps'>): readonly ReadinessCheck[] => [
  {
    name: 'groups',
    check: () => {
      const away = [...statuses()].filter(([, { state }]) => state !== 'running')
      return away.length === 0
        ? undefined
        : away.map(([group, { state, reason }]) => `${group} is ${state}: ${reason ?? ''}`).join('; ')
    },
  },
  {
    name: 'follow-ups',
    check: () => {
      const reasons = reasonsNotReady(followUps())
      return reasons.length === 0 ? undefined : reasons.join('; ')
    },
  },
]

/** The processors' own HTTP: dead letters, how everything stands, health and metrics. */
export const buildProcessorsApp = ({
  deadLetters,
  groups,
  statuses,
  followUps,
  standing,
  readiness = [],
  breakers,
  ...http
}: ProcessorsAppDependencies): Express =>
  buildApi({
    ...http,
    api: {
      title: 'Orders: processors',
      version: '1',
      description:
        'Events that no service could handle, to be looked at, retried and discarded; and how groups, calls and follow-ups stand.',
    },
    routes: [
      ...deadLetterRoutes(deadLetters, groups),
      ...standingRoutes({ ...standing, groups, statuses, followUps, breakers: breakers ?? (() => ({})) }),
    ],
    readiness: [...readiness, ...readinessOf({ statuses, followUps })],
    // Told, and no reason not to be ready: what is outside is waited for.
    ...(breakers === undefined ? {} : { readinessDetails: breakers }),
  })

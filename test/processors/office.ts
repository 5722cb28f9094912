import { createRateLimit } from '../../infrastructure/http/rate-limit.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import { deskGroups, deskInMemory } from './desk.ts'
import { authenticateInTests, callerOf, tokenOf } from '../specifications/api.ts'
import { buildProcessorsApp, type ProcessorsAppDependencies } from '../../processors/app.ts'
import { groupSettings } from '../../processors/groups.ts'
import { StoreUnavailable } from '../../infrastructure/event-store/port.ts'

const away = () => Promise.reject(new StoreUnavailable('away'))

/** The desk of dead letters over HTTP, in memory; its caller is an operator. */
export const office = (given: Partial<ProcessorsAppDependencies> = {}) => {
  const whole = deskInMemory()
  const app = buildProcessorsApp({
    deadLetters: whole.desk,
    groups: deskGroups,
    statuses: () => new Map([['order', { state: 'paused', reason: 'the event store is away', inFlight: 0 }]]),
    followUps: () => ({ state: { role: 'active' }, projections: [] }),
    standing: {
      store: { groupInfo: away },
      wanted: groupSettings,
      database: { query: away },
      deadline: { confirmWithin: 1_800_000, actionGrace: 900_000, latest: 7_200_000 },
      firstDelayMs: 30_000,
      now: () => new Date(settledAt),
    },
    authenticate: authenticateInTests(),
    rateLimit: createRateLimit({ RATE_LIMIT_PER_SECOND: 1_000, RATE_LIMIT_BURST: 1_000 }),
    logger: silentLogger,
    registry: createRegistry({ service: 'test' }),
    checkAnswers: true,
    ...given,
  })
  const operator = callerOf(app, tokenOf('olga', ['operator']))
  return { ...whole, app, operator }
}

export const settledAt = '2026-01-05T10:00:00.000Z'

/** What a list shows of a letter that was parked for its schema. */
export const shown = (group: string, number: number, order: string, changes: object = {}) => ({
  group,
  number,
  parkedAt: '2026-01-05T09:59:00.000Z',
  ageSeconds: 60,
  key: order,
  reason: { code: 'schema_mismatch', message: 'no lines', attempts: 1, handlerVersion: '1' },
  code: 'schema_mismatch',
  attempts: 0,
  lastFailure: null,
  waitsFor: null,
  waiting: 0,
  resolvedBefore: [],
  settled: null,
  event: {
    id: `${order}-0`,
    stream: `order-${order}`,
    revision: 0,
    type: 'OrderPlaced',
    recordedAt: '2026-01-05T09:00:00.000Z',
  },
  ...changes,
})
export const page = (...items: readonly object[]) => ({ items, nextCursor: null })
export const nothingMore = {
  history: [],
  recent: [],
  waitingLetters: [],
  retryWould: { commands: [], events: [], intents: [], failure: null },
}

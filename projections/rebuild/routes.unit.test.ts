import { expect } from 'chai'
import { createRateLimit, usualRateLimit } from '../../infrastructure/http/rate-limit.ts'
import { silentLogger, type Logger } from '../../infrastructure/observability/logger.ts'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import { ReplacementRefused, ReplacementUnderWay } from '../../infrastructure/projections/replacement-refused.ts'
import type { Rebuilds } from '../../infrastructure/projections/rebuilds.ts'
import type { ReplacementState } from '../../infrastructure/projections/replacement-runs.ts'
import type { Rollbacks } from '../../infrastructure/projections/rollbacks.ts'
import { authenticateInTests, callerOf, tokenOf, type Caller } from '../../test/specifications/api.ts'
import { buildProjectionsApp } from '../app.ts'

const startedAt = new Date('2026-01-05T10:00:00.000Z')
const running: ReplacementState = { state: 'running', phase: 'verifying', startedAt, events: 10, share: 0.25 }

const noRollbacks: Rollbacks = {
  names: [],
  begin: () => Promise.reject(new Error('nobody asks for one here')),
  look: () => Promise.reject(new Error('nobody asks for one here')),
  close: () => Promise.resolve(),
}

const asked = (changes: Partial<Rebuilds> = {}) => {
  const begun: unknown[] = []
  const lines: unknown[] = []
  const logger: Logger = { ...silentLogger, info: (message, fields) => void lines.push([message, fields]) }
  const rebuilds: Rebuilds = {
    names: ['orders'],
    begin: (name, options) => {
      begun.push([name, options])
      return Promise.resolve()
    },
    state: () => Promise.resolve(running),
    close: () => Promise.resolve(),
    ...changes,
  }
  const app = buildProjectionsApp({
    status: () => ({ state: { role: 'active' }, projections: [] }),
    operators: {
      callers: { authenticate: authenticateInTests(), rateLimit: createRateLimit(usualRateLimit) },
      rebuilds,
      rollbacks: noRollbacks,
    },
    logger,
    registry: createRegistry({ service: 'projections' }),
  })
  const as = (role: 'operator' | 'customer'): Caller => callerOf(app, tokenOf('olga', [role]))
  return { as, begun, lines }
}

const path = '/v1/projections/orders/rebuild'
const shown = {
  name: 'orders',
  state: 'running',
  phase: 'verifying',
  startedAt: startedAt.toISOString(),
  events: 10,
  share: 0.25,
}

describe('rebuilds over HTTP', () => {
  it('are begun by operators, whose name is in the log', async () => {
    const { as, begun, lines } = asked()
    await as('operator').post(path, { setAside: true, dryRun: true }).answers(202, shown)
    expect(begun).to.deep.equal([['orders', { setsAside: true, dryRun: true }]])
    expect(lines).to.deep.include([
      'rebuild asked for',
      { projection: 'orders', subject: 'olga', setsAside: true, dryRun: true },
    ])
    await as('customer').post(path, {}).isRefused(403, 'forbidden')
    await as('operator').get(path).answers(200, shown)
  })

  it('say what came of them', async () => {
    const endedAt = new Date('2026-01-05T10:01:00.000Z')
    const [begun, ended] = [startedAt.toISOString(), endedAt.toISOString()]
    const none = { count: 0, keys: [] }
    const verification = {
      compared: true as const,
      rows: 1_204,
      onlyLive: none,
      onlyNew: none,
      different: { count: 1, keys: ['order-1'] },
      columnsAdded: ['delayed'],
      columnsDropped: [],
    }
    const states: readonly [ReplacementState, object][] = [
      [{ state: 'none' }, { name: 'orders', state: 'none' }],
      [
        { state: 'failed', startedAt, endedAt, failure: 'an event' },
        {
          name: 'orders',
          state: 'failed',
          startedAt: begun,
          endedAt: ended,
          failure: 'an event',
        },
      ],
      [
        { state: 'done', startedAt, endedAt, events: 9, share: 1, setAside: 0, verification, dryRun: true },
        {
          name: 'orders',
          state: 'done',
          startedAt: begun,
          endedAt: ended,
          events: 9,
          share: 1,
          setAside: 0,
          verification,
          dryRun: true,
        },
      ],
    ]
    for (const [state, view] of states)
      await asked({ state: () => Promise.resolve(state) })
        .as('operator')
        .get(path)
        .answers(200, view)
  })

  it('are refused while one runs, when they cannot begin, and for a table that is not there', async () => {
    const refusedBy = (error: Error) => asked({ begin: () => Promise.reject(error) }).as('operator')
    await refusedBy(new ReplacementUnderWay('x')).post(path, {}).isRefused(409, 'rebuild_running')
    await refusedBy(new ReplacementRefused('no table yet')).post(path, {}).isRefused(409, 'rebuild_refused')
    const { as, begun } = asked()
    await as('operator').post('/v1/projections/nothing/rebuild', {}).isRefused(404, 'not_found')
    await as('operator').get('/v1/projections/nothing/rebuild').isRefused(404, 'not_found')
    expect(begun).to.deep.equal([])
  })
})

import { expect } from 'chai'
import { createRateLimit, usualRateLimit } from '../../infrastructure/http/rate-limit.ts'
import { silentLogger, type Logger } from '../../infrastructure/observability/logger.ts'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import type { Rebuilds } from '../../infrastructure/projections/rebuilds.ts'
import { ReplacementRefused, ReplacementUnderWay } from '../../infrastructure/projections/replacement-refused.ts'
import type { RollbackLook, Rollbacks } from '../../infrastructure/projections/rollbacks.ts'
import { authenticateInTests, callerOf, tokenOf, type Caller } from '../../test/specifications/api.ts'
import { buildProjectionsApp } from '../app.ts'

const since = new Date('2026-01-05T10:00:00.000Z')
const kept = { generation: 3, version: 2, position: { commit: 7n, prepare: 7n }, unreadable: undefined, since }
const nothingKept: RollbackLook = {
  kept: undefined,
  refusal: 'no table before orders is kept',
  state: { state: 'none' },
}
const running: RollbackLook = {
  kept,
  refusal: undefined,
  state: { state: 'running', phase: 'catching_up', startedAt: since, events: 10, share: 0.25 },
}
const shown = {
  name: 'orders',
  kept: {
    generation: 3,
    version: 2,
    position: '0000000000000000007-0000000000000000007',
    since: since.toISOString(),
  },
  refusal: null,
  state: 'running',
  phase: 'catching_up',
  startedAt: since.toISOString(),
  events: 10,
  share: 0.25,
}

const noRebuilds: Rebuilds = {
  names: [],
  begin: () => Promise.reject(new Error('nobody asks for one here')),
  state: () => Promise.reject(new Error('nobody asks for one here')),
  close: () => Promise.resolve(),
}

const asked = (changes: Partial<Rollbacks> = {}) => {
  const begun: unknown[] = []
  const lines: unknown[] = []
  const logger: Logger = { ...silentLogger, info: (message, fields) => void lines.push([message, fields]) }
  const rollbacks: Rollbacks = {
    names: ['orders'],
    begin: (name, wanted) => {
      begun.push([name, wanted])
      return Promise.resolve()
    },
    look: () => Promise.resolve(running),
    close: () => Promise.resolve(),
    ...changes,
  }
  const app = buildProjectionsApp({
    status: () => ({ state: { role: 'active' }, projections: [] }),
    operators: {
      callers: { authenticate: authenticateInTests(), rateLimit: createRateLimit(usualRateLimit) },
      rebuilds: noRebuilds,
      rollbacks,
    },
    logger,
    registry: createRegistry({ service: 'projections' }),
  })
  const as = (role: 'operator' | 'customer'): Caller => callerOf(app, tokenOf('olga', [role]))
  return { as, begun, lines }
}

const path = '/v1/projections/orders/rollback'

describe('rollbacks over HTTP', () => {
  it('are begun by operators, who say which table they mean, and whose name is kept', async () => {
    const { as, begun, lines } = asked()
    await as('operator').post(path, { generation: 3 }).answers(202, shown)
    expect(begun).to.deep.equal([['orders', { generation: 3, by: 'olga' }]])
    expect(lines).to.deep.include(['rollback asked for', { projection: 'orders', subject: 'olga', generation: 3 }])
    await as('customer').post(path, { generation: 3 }).isRefused(403, 'forbidden')
    await as('operator').post(path, {}).isRefused(400, 'invalid_request')
    expect(begun.length).to.equal(1)
  })

  it('say what would be put back, or why nothing can be', async () => {
    await asked().as('operator').get(path).answers(200, shown)
    await asked({ look: () => Promise.resolve(nothingKept) })
      .as('operator')
      .get(path)
      .answers(200, { name: 'orders', kept: null, refusal: 'no table before orders is kept', state: 'none' })
    await asked().as('customer').get(path).isRefused(403, 'forbidden')
  })

  it('are refused while one runs, when they cannot begin, and for a table that is not there', async () => {
    const refusedBy = (error: Error) => asked({ begin: () => Promise.reject(error) }).as('operator')
    await refusedBy(new ReplacementUnderWay('x')).post(path, { generation: 3 }).isRefused(409, 'rebuild_running')
    await refusedBy(new ReplacementRefused('of version 1'))
      .post(path, { generation: 3 })
      .isRefused(409, 'rollback_refused')
    const { as, begun } = asked()
    await as('operator').post('/v1/projections/nothing/rollback', { generation: 3 }).isRefused(404, 'not_found')
    await as('operator').get('/v1/projections/nothing/rollback').isRefused(404, 'not_found')
    expect(begun).to.deep.equal([])
  })
})

import { expect } from 'chai'
import { silentLogger } from '../infrastructure/observability/logger.ts'
import { createRegistry } from '../infrastructure/observability/metrics.ts'
import type { EngineState, EngineStatus } from '../infrastructure/projections/status.ts'
import { callerOf } from '../test/specifications/api.ts'
import { buildProjectionsApp } from './app.ts'

const appIn = (state: EngineState, lagSeconds?: number) => {
  const status: EngineStatus = {
    state,
    projections: [
      {
        name: 'orders',
        version: 1,
        state: 'live',
        detail: undefined,
        position: undefined,
        caughtUp: lagSeconds === 0,
        lagSeconds,
        setAside: 2,
      },
    ],
  }
  return callerOf(
    buildProjectionsApp({
      status: () => status,
      logger: silentLogger,
      registry: createRegistry({ service: 'projections' }),
    }),
  )
}

describe("the projections' own HTTP", () => {
  it('is ready while it keeps the tables or stands by, and says which store is away', async () => {
    await appIn({ role: 'active' }, 0).get('/health/ready').answers(200, { status: 'ready' })
    await appIn({ role: 'standby' }).get('/health/ready').answers(200, { status: 'ready' })
    const away = appIn({ role: 'away', reason: 'PostgreSQL is away' })
    await away
      .get('/health/ready')
      .answers(503, { status: 'not ready', reasons: [{ name: 'read tables', reason: 'PostgreSQL is away' }] })
    await away.get('/health/live').answers(200)
  })

  it('tells the lag of each table, as far as this instance knows it', async () => {
    const metricsOf = async (state: EngineState, lag?: number) =>
      (await appIn(state, lag).get('/metrics').answers(200)).text
        .split('\n')
        .filter((line) => line.startsWith('projection_'))
    expect(await metricsOf({ role: 'active' }, 3)).to.deep.equal([
      'projection_lag_seconds{projection="orders",service="projections"} 3',
      'projection_rows_set_aside{projection="orders",service="projections"} 2',
      'projection_engine_active{service="projections"} 1',
    ])
    expect(await metricsOf({ role: 'standby' })).to.deep.equal([
      'projection_rows_set_aside{projection="orders",service="projections"} 2',
      'projection_engine_active{service="projections"} 0',
    ])
  })

  it('says in the form of all others that there is nothing else', () =>
    appIn({ role: 'active' }).get('/v1/orders').isRefused(404, 'not_found'))

  it('is described as all others are', async () => {
    for (const path of ['/openapi.json', '/docs/']) await appIn({ role: 'active' }).get(path).answers(200)
  })

  it('says of what is there that it is only looked at', async () => {
    const { headers } = await appIn({ role: 'active' }).post('/health/ready', {}).isRefused(405, 'method_not_allowed')
    expect(headers['allow']).to.equal('GET, HEAD, OPTIONS')
  })
})

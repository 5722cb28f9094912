import { expect } from 'chai'
import { z } from 'zod'
import { buildApi } from '../../http-api/app.ts'
import { route } from '../../http-api/route.ts'
import { authenticateInTests, callerOf } from '../../test/specifications/api.ts'
import { silentLogger, type Logger } from '../observability/logger.ts'
import { createRegistry, Gauge } from '../observability/metrics.ts'
import { createRateLimit } from './rate-limit.ts'
import { projectVersion } from '../observability/project-version.ts'
import { createManagement, managementRouter } from './management.ts'

describe('the port of those who run a process', () => {
  const parts = () => ({
    readiness: [],
    registry: createRegistry({ service: 'test' }),
    description: { openapi: '3.1.0' },
  })

  it('says from the start on that the process lives, and is not ready', async () => {
    const { app } = createManagement(silentLogger)
    await callerOf(app).get('/health/live').answers(200, { status: 'live', version: projectVersion })
    await callerOf(app)
      .get('/health/ready')
      .answers(503, { status: 'not ready', reasons: [{ name: 'process', reason: 'starting' }] })
    await callerOf(app).get('/metrics').answers(404)
  })

  it('answers health, metrics and the description, and nothing besides', async () => {
    const management = createManagement(silentLogger)
    management.answerBy(managementRouter(parts()))
    const caller = callerOf(management.app)
    await caller.get('/health/ready').answers(200, { status: 'ready' })
    await caller.get('/metrics').answers(200)
    await caller.get('/openapi.json').answers(200, { openapi: '3.1.0' })
    await caller.get('/docs/').answers(200)
    await caller.get('/v1/orders').answers(404)
  })

  it('says no more of a fault of its own than that there is one, and that in the log', async () => {
    const errors: string[] = []
    const logger: Logger = { ...silentLogger, error: (message) => errors.push(message) }
    const { registry, ...rest } = parts()
    new Gauge({
      name: 'broken',
      help: 'broken',
      registers: [registry],
      collect: () => {
        throw new Error('secret detail')
      },
    })
    const management = createManagement(logger)
    management.answerBy(managementRouter({ ...rest, registry }))
    const { text } = await callerOf(management.app).get('/metrics').answers(500)
    expect([text, errors]).to.deep.equal([
      '{"status":"internal error"}',
      ['a question of who runs this process could not be answered'],
    ])
  })

  it('has what the port of the routes then answers no more', async () => {
    const management = createManagement(silentLogger)
    const open = route({
      method: 'get',
      path: '/v1/open',
      summary: 'Open',
      tag: 'things',
      access: 'public',
      answers: { 200: { description: 'nothing', body: z.unknown() } },
      handle: async () => ({ status: 200, body: {} }),
    })
    const app = buildApi({
      api: { title: 'Things', version: '1', description: 'Of the tests' },
      routes: [open],
      authenticate: authenticateInTests(),
      rateLimit: createRateLimit({ RATE_LIMIT_PER_SECOND: 1000, RATE_LIMIT_BURST: 1000 }),
      readiness: [],
      logger: silentLogger,
      registry: createRegistry({ service: 'test' }),
      management,
    })
    await callerOf(app).get('/v1/open').answers(200)
    for (const path of ['/health/live', '/health/ready', '/metrics', '/openapi.json', '/docs/']) {
      await callerOf(app).get(path).isRefused(404, 'not_found')
      await callerOf(management.app).get(path).answers(200)
    }
  })
})

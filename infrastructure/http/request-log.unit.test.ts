import { expect } from 'chai'
import supertest from 'supertest'
import { callerOf, tokenOf } from '../../test/specifications/api.ts'
import { answers, build, good, id, key, routes } from '../../test/specifications/things-api.ts'
import { route } from '../../http-api/route.ts'
import { silentLogger, type Fields, type Logger } from '../observability/logger.ts'

describe('what is noted of requests', () => {
  it('counts by the template of the route', async () => {
    const counted = build()
    await callerOf(counted, tokenOf('alice', ['customer']))
      .post(`/v1/things/${id}`, good, key)
      .answers(200)
    await callerOf(counted).get('/nowhere').answers(404)
    await callerOf(counted).get('/health/ready').answers(200)
    const { text } = await callerOf(counted).get('/metrics').answers(200)
    const counts = text.split('\n').filter((line) => line.startsWith('http_request_duration_seconds_count'))
    expect(counts).to.deep.equal([
      'http_request_duration_seconds_count{service="test",method="POST",route="/v1/things/{id}",status="200"} 1',
      'http_request_duration_seconds_count{service="test",method="GET",route="unmatched",status="404"} 1',
      'http_request_duration_seconds_count{service="test",method="GET",route="/health/ready",status="200"} 1',
    ])
  })

  it('counts by the methods that are in use, and all others as one', async () => {
    const counted = build()
    for (const method of ['propfind', 'm-search', 'patch'])
      // Its types know the usual ones alone.
      await supertest(counted)[method as 'patch']('/v1/x')
    const { text } = await callerOf(counted).get('/metrics').answers(200)
    const counts = text.split('\n').filter((line) => line.startsWith('http_request_duration_seconds_count'))
    expect(counts).to.deep.equal([
      'http_request_duration_seconds_count{service="test",method="other",route="unmatched",status="404"} 2',
      'http_request_duration_seconds_count{service="test",method="PATCH",route="unmatched",status="404"} 1',
    ])
  })

  it('cuts an address off that is too long to be read', async () => {
    const messages: string[] = []
    const info = (message: string) => messages.push(message)
    const app = build({ logger: { ...silentLogger, info, isOn: () => true } })
    await callerOf(app)
      .get(`/${'x'.repeat(10_000)}`)
      .answers(404)
    await callerOf(app)
      .get(`/${'x'.repeat(199)}`)
      .answers(404)
    expect(messages).to.deep.equal([`GET /${'x'.repeat(199)}… 404`, `GET /${'x'.repeat(199)} 404`])
  })

  it('writes one line a request, with the error where it is ours', async () => {
    const lines: [string, Fields][] = []
    const write = (message: string, fields: Fields = {}) => {
      lines.push([message, fields])
    }
    const logger: Logger = { ...silentLogger, info: write, error: write, isOn: () => true }
    await callerOf(build({ logger })).get('/v1/broken').answers(500)
    expect(
      lines.map(([message, { route: template, error }]) => [message, template, (error as Error).message]),
    ).to.deep.equal([['GET /v1/broken 500', '/v1/broken', 'secret detail']])
  })

  it('tells a good look at the level debug, and all that changes or fails above it', async () => {
    const levels: string[] = []
    const at = (level: string) => (message: string) => {
      levels.push(`${level} ${message}`)
    }
    const logger: Logger = {
      ...silentLogger,
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      isOn: () => true,
    }
    const open = route({
      method: 'get',
      path: '/v1/open',
      summary: 'Open',
      tag: 'things',
      access: 'public',
      answers,
      handle: async () => ({ status: 200, body: {} }),
    })
    const told = build({ logger, routes: [...routes, open] })
    await callerOf(told).get('/v1/open').answers(200)
    await callerOf(told).get('/health/live').answers(200)
    await callerOf(told, tokenOf('alice', ['customer']))
      .post(`/v1/things/${id}`, good, key)
      .answers(200)
    for (const [path, status] of [
      ['/v1/refused', 409],
      ['/v1/away', 503],
      ['/v1/broken', 500],
    ] as const)
      await callerOf(told).get(path).answers(status)
    expect(levels).to.deep.equal([
      'debug GET /v1/open 200',
      'debug GET /health/live 200',
      `info POST /v1/things/${id} 200`,
      'info GET /v1/refused 409',
      'warn GET /v1/away 503',
      'error GET /v1/broken 500',
    ])
  })

  it('puts no line together that nobody writes', async () => {
    const logger: Logger = {
      ...silentLogger,
      debug: () => expect.fail('it wrote a line'),
      isOn: (level) => level !== 'debug',
    }
    await callerOf(build({ logger })).get('/health/live').answers(200)
  })

  it('tells of many who are not signed in by few lines, with the address, and of everybody else by all', async () => {
    const lines: Fields[] = []
    const logger: Logger = {
      ...silentLogger,
      info: (_message, fields = {}) => lines.push(fields),
      warn: (_message, fields = {}) => lines.push(fields),
      isOn: () => true,
    }
    const app = build({ logger })
    const alice = callerOf(app, tokenOf('alice', ['customer']))
    for (let n = 0; n < 30; n += 1) {
      await callerOf(app, 'invented').get('/v1/operators').answers(401)
      await alice.get('/v1/operators').answers(403)
    }
    const of = (status: number) => lines.filter((fields) => fields['status'] === status)
    expect([of(401).length, of(403).length]).to.deep.equal([20, 30])
    expect([of(401)[0]?.['address'], of(403)[0]?.['address']]).to.deep.equal(['127.0.0.1', undefined])
  })
})

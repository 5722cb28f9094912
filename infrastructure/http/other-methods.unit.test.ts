import { expect } from 'chai'
import type { Express } from 'express'
import supertest from 'supertest'
import { callerOf, tokenOf } from '../../test/specifications/api.ts'
import { answers, build, id, routes } from '../../test/specifications/things-api.ts'
import { route } from '../../http-api/route.ts'
import { etagOf } from './etag.ts'

const common = { path: '/v1/open/{name}', summary: 'Open', tag: 'things', access: 'public', answers } as const
const handle = async () => ({ status: 200, body: { text: 'Grüße' }, headers: { ETag: etagOf(3n) } })
const app = build({
  routes: [...routes, route({ ...common, method: 'get', handle }), route({ ...common, method: 'delete', handle })],
})
const ask = supertest(app)

describe('methods', () => {
  it('of an address that it does not take are refused, and those that it takes are named, before anybody is asked who it is', async () => {
    const thing = await callerOf(app).get(`/v1/things/${id}`).isRefused(405, 'method_not_allowed')
    expect(thing.headers['allow']).to.equal('POST, OPTIONS')
    const open = await callerOf(app, tokenOf('alice', ['customer']))
      .put('/v1/open/x', {})
      .isRefused(405, 'method_not_allowed')
    expect(open.headers['allow']).to.equal('GET, HEAD, DELETE, OPTIONS')
    for (const path of ['/health/live', '/health/ready', '/metrics', '/openapi.json']) {
      const { headers } = await callerOf(app).post(path, {}).isRefused(405, 'method_not_allowed')
      expect(headers['allow'], path).to.equal('GET, HEAD, OPTIONS')
    }
    expect((await ask.patch('/v1/open/x')).status).to.equal(405)
  })

  it('are told to whoever asks for them', async () => {
    const { status, headers, text } = await ask.options('/v1/open/x')
    expect([status, headers['allow'], text]).to.deep.equal([204, 'GET, HEAD, DELETE, OPTIONS', ''])
    expect((await ask.options('/v1/nothing')).status).to.equal(404)
  })

  it('are counted by the template of the address', async () => {
    const { text } = await callerOf(app).get('/metrics').answers(200)
    expect(text).to.match(/method="PUT",route="\/v1\/open\/\{name\}",status="405"/)
  })

  it('HEAD is GET without a body', async () => {
    for (const path of ['/v1/open/x', '/health/live', '/health/ready', '/metrics', '/openapi.json', '/docs/']) {
      const [got, head] = [await ask.get(path), await ask.head(path)]
      expect([head.status, head.text, head.headers['content-type']], path).to.deep.equal([
        200,
        undefined,
        got.headers['content-type'],
      ])
    }
    const { headers } = await ask.head('/v1/open/x')
    expect([headers['content-length'], headers['etag']]).to.deep.equal(['18', '"3"'])
    const refused = await ask.head('/v1/nothing')
    expect([refused.status, refused.headers['content-type'], refused.text]).to.deep.equal([
      404,
      'application/problem+json; charset=utf-8',
      undefined,
    ])
  })

  it('and addresses that are not there count for who is not signed in, and not for what they take', async () => {
    for (const tried of [
      (target: Express) => supertest(target).get('/v1/nothing'),
      (target: Express) => supertest(target).patch('/v1/open/x'),
      (target: Express) => supertest(target).options('/v1/open/x'),
    ]) {
      const few = build({ routes: [route({ ...common, method: 'get', handle })], perSecond: 3 })
      const found = await Promise.all(Array.from({ length: 8 }, async () => (await tried(few)).status))
      expect(found.filter((status) => status === 429).length).to.be.greaterThan(0)
      await callerOf(few, tokenOf('alice', ['customer']))
        .get('/v1/open/x')
        .answers(200)
    }
  })
})

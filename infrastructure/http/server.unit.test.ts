import { expect } from 'chai'
import { callerOf, tokenOf } from '../../test/specifications/api.ts'
import { answers, build, echo, good, id, key } from '../../test/specifications/things-api.ts'
import { route } from '../../http-api/route.ts'
import { projectVersion } from '../observability/project-version.ts'
import { etagOf } from './etag.ts'
import type { Route } from './routes.ts'

describe('an app of routes', () => {
  const app = build()
  const alice = callerOf(app, tokenOf('alice', ['customer']))
  const nobody = callerOf(app)

  it('hands a checked request to its handler', async () => {
    const { headers } = await alice.post(`/v1/things/${id}?limit=5`, good, { ...key, 'If-Match': '"6"' }).answers(200, {
      id,
      limit: 5,
      key: 'k1',
      seen: '6',
      body: good,
      who: 'alice',
      bytes: JSON.stringify(good).length,
    })
    expect([headers['etag'], headers['cache-control']]).to.deep.equal(['"7"', 'no-store'])
  })

  describe('refuses what is malformed, and names every field', () => {
    it('wrong values and unknown fields', () =>
      alice
        .post(`/v1/things/x?limit=200&more=1`, {
          name: 'too long',
          lines: [{ quantity: 1 }, { quantity: 1.5, colour: 'red' }],
          other: 1,
        })
        .isRefused(400, 'invalid_request', [
          'id',
          'limit',
          'more',
          'Idempotency-Key',
          'name',
          'lines.1.quantity',
          'lines.1.colour',
          'other',
        ]))
    it('no body', () =>
      alice.post(`/v1/things/${id}`, undefined, key).isRefused(400, 'invalid_request', ['name', 'lines']))
    it('broken JSON', () => alice.post(`/v1/things/${id}`, '{"name":', key).isRefused(400, 'invalid_request', ['']))
    it('a body that is no object', () =>
      alice.post(`/v1/things/${id}`, '[]', key).isRefused(400, 'invalid_request', ['']))
    it('another content type', () =>
      alice
        .post(`/v1/things/${id}`, '<a/>', { ...key, 'Content-Type': 'text/xml' })
        .isRefused(415, 'unsupported_media_type'))
    it('another character set', () =>
      alice
        .post(`/v1/things/${id}`, '{}', { ...key, 'Content-Type': 'application/json; charset=latin1' })
        .isRefused(415, 'unsupported_media_type'))
    it('more than 64 KB', () =>
      alice.post(`/v1/things/${id}`, { ...good, name: 'x'.repeat(65_536) }, key).isRefused(413, 'body_too_large'))
    it('an If-Match that is no revision', () =>
      alice
        .post(`/v1/things/${id}`, good, { ...key, 'If-Match': '"six"' })
        .isRefused(400, 'invalid_request', ['If-Match']))
    it('a path that cannot be decoded', () =>
      alice.post('/v1/things/%E0%A4%A', good, key).isRefused(400, 'invalid_request'))
    it('a query that cannot be decoded', async () => {
      for (const query of ['limit=%F6', 'limit=5%', 'limit=%E0%A4%A'])
        await alice.post(`/v1/things/${id}?${query}`, good, key).isRefused(400, 'invalid_request', [])
      await alice.post(`/v1/things/${id}?limit=1&limit=2`, good, key).isRefused(400, 'invalid_request', ['limit'])
      await alice.post(`/v1/things/${id}?l%69mit=%35&`, good, key).answers(200)
    })
    it('an address that is not there', () => alice.get('/v1/nothing').isRefused(404, 'not_found'))
  })

  it('compresses nothing, whatever the caller would take', async () => {
    const many = { ...key, 'Accept-Encoding': 'gzip, deflate, br, zstd, *' }
    const lines = Array.from({ length: 1_000 }, () => ({ quantity: 1 }))
    const { headers } = await alice.post(`/v1/things/${id}`, { ...good, lines }, many).answers(200)
    expect([headers['content-encoding'], headers['vary'], Number(headers['content-length']) > 10_000]).to.deep.equal([
      undefined,
      undefined,
      true,
    ])
    for (const path of ['/openapi.json', '/metrics', '/docs/', '/v1/nothing'])
      expect((await alice.get(path, many).answered()).headers['content-encoding'], path).to.equal(undefined)
  })

  describe('says what went wrong, and no more', () => {
    it('a refusal, with its facts', async () => {
      const { text } = await nobody.get('/v1/refused').isRefused(409, 'price_changed')
      const { detail, facts } = JSON.parse(text) as { detail: string; facts: unknown }
      expect({ detail, facts }).to.deep.equal({ detail: 'The price is another one now.', facts: { total: 5 } })
    })
    it('a revision that was named and has passed', () =>
      nobody.get('/v1/conflict', { 'If-Match': '"3"' }).isRefused(412, 'precondition_failed'))
    it('a conflict that nobody named', () => nobody.get('/v1/conflict').isRefused(503, 'busy'))
    it('a store that is away', async () => {
      const { headers, text } = await nobody.get('/v1/away').isRefused(503, 'store_unavailable')
      expect(headers['retry-after']).to.equal('1')
      expect(text).not.to.include('ECONNREFUSED')
    })
    it('a broken promise of the code', async () => {
      const { text } = await nobody.get('/v1/broken').isRefused(500, 'internal_error')
      expect(text).not.to.include('secret detail').and.not.to.include('TypeError')
    })
    it("the caller's trace", async () => {
      const { text } = await nobody
        .get('/v1/broken', { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' })
        .isRefused(500, 'internal_error')
      expect((JSON.parse(text) as { traceId: string }).traceId).to.equal('0af7651916cd43dd8448eb211c80319c')
    })
  })

  it('is alive whatever is away, and ready only when nothing is', async () => {
    await callerOf(build()).get('/health/ready').answers(200, { status: 'ready' })
    const away = callerOf(
      build({
        readiness: [
          { name: 'store', check: () => 'away' },
          { name: 'ok', check: () => undefined },
        ],
      }),
    )
    await away.get('/health/live').answers(200, { status: 'live', version: projectVersion })
    await away.get('/health/ready').answers(503, { status: 'not ready', reasons: [{ name: 'store', reason: 'away' }] })
  })

  it('answers whole whatever revision the caller has', async () => {
    const tagged = route({
      method: 'get',
      path: '/v1/tagged',
      summary: 'Tagged',
      tag: 'things',
      access: 'public',
      answers,
      handle: async () => ({ status: 200, body: { text: 'Grüße' }, headers: { ETag: etagOf(3n) } }),
    })
    const { headers } = await callerOf(build({ routes: [tagged] }))
      .get('/v1/tagged', { 'If-None-Match': '"3"' })
      .answers(200, { text: 'Grüße' })
    expect([headers['content-type'], headers['etag']]).to.deep.equal(['application/json; charset=utf-8', '"3"'])
  })

  it('does not start with a route that nobody said may', () => {
    const { access: _access, ...open } = echo
    // As JavaScript would let it through.
    expect(() => build({ routes: [open as Route] })).to.throw('POST /v1/things/{id} does not say who may')
    expect(() => build({ routes: [echo, echo] })).to.throw('POST /v1/things/{id} is declared twice')
  })
})

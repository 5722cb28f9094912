import { expect } from 'chai'
import supertest from 'supertest'
import { callerOf, tokenOf } from '../../test/specifications/api.ts'
import { build, good, id, key } from '../../test/specifications/things-api.ts'
import { corsOrigins } from './cross-origin.ts'

const origin = 'https://app.example'
const path = `/v1/things/${id}`
const preflight = (origins: readonly string[], from = origin) =>
  supertest(build({ edge: { CORS_ORIGINS: [...origins] } }))
    .options(path)
    .set({
      Origin: from,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type,idempotency-key,if-match',
    })

describe('pages of another origin', () => {
  it('may ask whether they may call, where they are named', async () => {
    const { status, headers } = await preflight([origin, 'https://admin.example'])
    expect([status, headers['access-control-allow-origin']]).to.deep.equal([204, origin])
    expect(headers['access-control-allow-methods']).to.include('POST').and.to.include('PUT').and.to.include('DELETE')
    expect(headers['access-control-allow-headers']).to.equal('authorization,content-type,idempotency-key,if-match')
    expect(headers['access-control-max-age']).to.equal('600')
    expect(headers['vary']).to.include('Origin')
    expect(headers).not.to.have.property('access-control-allow-credentials')
  })

  it('may not where they are not, and nobody may by themselves', async () => {
    for (const { headers } of [await preflight([origin], 'https://app.example.evil'), await preflight([])])
      expect(headers).not.to.have.property('access-control-allow-origin')
  })

  it('may all where that is said', async () => {
    const { headers } = await preflight(['*'], 'https://anybody.example')
    expect(headers['access-control-allow-origin']).to.equal('*')
  })

  it('are shown what an answer says in its headers, and what went wrong', async () => {
    const app = build({ edge: { CORS_ORIGINS: [origin] } })
    const alice = callerOf(app, tokenOf('alice', ['customer']))
    const shared = { ...key, Origin: origin }
    for (const { headers } of [
      await alice.post(path, good, shared).answers(200),
      await alice.post(path, {}, shared).isRefused(400, 'invalid_request'),
      await callerOf(app).post(path, good, shared).isRefused(401, 'unauthorized'),
      await callerOf(app).get('/v1/nothing', shared).isRefused(404, 'not_found'),
    ]) {
      expect(headers['access-control-allow-origin']).to.equal(origin)
      expect(headers['access-control-expose-headers']?.split(',')).to.include.members([
        'ETag',
        'Event-Position',
        'Location',
        'Idempotency-Replayed',
        'Retry-After',
      ])
    }
  })

  it('are named as origins, and as nothing else', () => {
    expect(corsOrigins.parse('https://app.example, http://localhost:5173')).to.have.lengthOf(2)
    for (const wrong of [
      'app.example',
      'https://app.example/',
      'https://app.example/shop',
      'https://*.example',
      'null',
    ])
      expect(corsOrigins.safeParse(wrong).success, wrong).to.equal(false)
  })
})

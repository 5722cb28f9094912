import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import express, { type Express } from 'express'
import { expect } from 'chai'
import jwt from 'jsonwebtoken'
import supertest from 'supertest'
import { until } from '../../test/support/until.ts'
import { createAuthentication, type AuthenticationOptions } from './authentication.ts'
import { HttpFault } from './problem.ts'

const issuer = 'https://issuer.example'
const audience = 'the-shop'
const claims = { sub: 'alice', roles: ['customer', 'king'] }

describe('tokens of an identity provider', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const published = (key: KeyObject, kid: string, alg: string) => ({
    ...key.export({ format: 'jwk' }),
    kid,
    alg,
    use: 'sig',
  })

  let provider: Server
  let away = false
  let fetches = 0
  let time = 0
  before(async () => {
    provider = createServer((_request, response) => {
      fetches += 1
      if (away) response.writeHead(500).end()
      else
        response.end(
          JSON.stringify({ keys: [published(rsa.publicKey, 'rsa', 'RS256'), published(ec.publicKey, 'ec', 'ES256')] }),
        )
    }).listen(0, '127.0.0.1')
    await once(provider, 'listening')
  })
  after(() => provider.close())
  beforeEach(() => {
    away = false
    fetches = 0
    time = 0
  })

  /** Answers who it is, or the status and code of the fault. */
  const asking = (options: Partial<AuthenticationOptions> = {}): Express => {
    const authenticate = createAuthentication({
      JWT_ISSUER: issuer,
      JWT_AUDIENCE: audience,
      JWT_JWKS_URL: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/keys`,
      roles: ['customer', 'operator'],
      realm: 'things',
      now: () => time,
      ...options,
    })
    return express().get('/', async (request, response) => {
      await authenticate(request, response).then(
        (principal) => response.json(principal),
        (error: unknown) => response.json(error instanceof HttpFault ? [error.status, error.code] : String(error)),
      )
    })
  }
  const answer = async (app: Express, token: string): Promise<unknown> =>
    (await supertest(app).get('/').set('Authorization', `Bearer ${token}`)).body as unknown
  const signed = (key: KeyObject, algorithm: jwt.Algorithm, keyid: string) =>
    jwt.sign(claims, key, { algorithm, keyid, issuer, audience, expiresIn: 60 })
  const alice = { subject: 'alice', roles: ['customer'] }
  const refused = [401, 'unauthorized']

  it('are good with RS256 and with ES256, by the keys that it publishes', async () => {
    const app = asking()
    expect(await answer(app, signed(rsa.privateKey, 'RS256', 'rsa'))).to.deep.equal(alice)
    expect(await answer(app, signed(ec.privateKey, 'ES256', 'ec'))).to.deep.equal(alice)
  })

  it('are refused from anybody else', async () => {
    const app = asking()
    expect(await answer(app, signed(stranger.privateKey, 'RS256', 'rsa'))).to.deep.equal(refused)
    expect(await answer(app, signed(stranger.privateKey, 'RS256', 'unknown'))).to.deep.equal(refused)
    expect(await answer(app, signed(rsa.privateKey, 'RS512', 'rsa'))).to.deep.equal(refused)
  })

  it('are refused when the public key was taken for a shared secret', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const unsigned = `${part({ alg: 'HS256', typ: 'JWT', kid: 'rsa' })}.${part({ ...claims, iss: issuer, aud: audience, exp: 9_999_999_999 })}`
    const mac = createHmac('sha256', rsa.publicKey.export({ type: 'spki', format: 'pem' }))
      .update(unsigned)
      .digest('base64url')
    expect(await answer(asking(), `${unsigned}.${mac}`)).to.deep.equal(refused)
  })

  it('are answered 503 while the keys cannot be fetched, and those that are known stay known', async () => {
    const app = asking()
    away = true
    expect(await answer(app, signed(rsa.privateKey, 'RS256', 'rsa'))).to.deep.equal([
      503,
      'identity_provider_unavailable',
    ])
    away = false
    time += 1_000
    expect(await answer(app, signed(rsa.privateKey, 'RS256', 'rsa'))).to.deep.equal(alice)
    away = true
    time += 60 * 60_000
    expect(await answer(app, signed(rsa.privateKey, 'RS256', 'rsa'))).to.deep.equal(alice)
    expect(
      await answer(asking({ JWT_JWKS_URL: 'http://127.0.0.1:1/keys' }), signed(rsa.privateKey, 'RS256', 'rsa')),
    ).to.deep.equal([503, 'identity_provider_unavailable'])
  })

  it('are good while others come with keys that they have invented, and no signature', async () => {
    const app = asking()
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    for (let n = 0; n < 20; n += 1) {
      const invented = `${part({ alg: 'RS256', kid: `invented-${n}` })}.${part({ ...claims, iss: issuer, aud: audience })}.`
      expect(await answer(app, invented)).to.deep.equal(refused)
    }
    expect(await answer(app, signed(rsa.privateKey, 'RS256', 'rsa'))).to.deep.equal(alice)
    time += 10 * 60_000
    expect(await answer(app, signed(rsa.privateKey, 'RS256', 'rsa'))).to.deep.equal(alice)
    // Nobody waits for the second one.
    await until('it is asked again', () => (fetches >= 2 ? true : undefined), { everyMs: 5 })
    expect(fetches).to.equal(2)
  })

  it('are refused when they are no tokens', async () => {
    const text = (value: string) => Buffer.from(value).toString('base64url')
    for (const [header, payload] of [
      ['{"alg":"RS256","kid":"rsa","typ":"JWT"}', 'no JSON'],
      ['{"alg":"RS256","kid":7}', '{}'],
      ['{"alg":"constructor"}', '{}'],
      ['null', 'null'],
      ['', ''],
    ] as const)
      expect(await answer(asking(), `${text(header)}.${text(payload)}.AAAA`), header).to.deep.equal(refused)
  })

  it('may name roles elsewhere', async () => {
    const deep = { sub: 'alice', realm_access: { roles: ['operator', 'king'] }, scope: 'openid customer' }
    const token = jwt.sign(deep, rsa.privateKey, { algorithm: 'RS256', keyid: 'rsa', issuer, audience, expiresIn: 60 })
    expect(await answer(asking({ JWT_ROLES_CLAIM: 'realm_access.roles' }), token)).to.deep.equal({
      subject: 'alice',
      roles: ['operator'],
    })
    expect(await answer(asking({ JWT_ROLES_CLAIM: 'scope' }), token)).to.deep.equal(alice)
    expect(await answer(asking(), token)).to.deep.equal(refused)
  })
})

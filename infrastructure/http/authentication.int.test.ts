import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import express, { type Express } from 'express'
import { expect } from 'chai'
import jwt from 'jsonwebtoken'
import supertest from 'supertest'
import { createAuthentication } from './authentication.ts'
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
  before(async () => {
    provider = createServer((_request, response) => {
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
  })

  /** Answers who it is, or the status and code of the fault. */
  const asking = (url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/keys`): Express => {
    const authenticate = createAuthentication({
      JWT_ISSUER: issuer,
      JWT_AUDIENCE: audience,
      JWT_JWKS_URL: url,
      roles: ['customer', 'operator'],
      realm: 'things',
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
    expect(await answer(app, signed(rsa.privateKey, 'RS256', 'rsa'))).to.deep.equal(alice)
    away = true
    expect(await answer(app, signed(rsa.privateKey, 'RS256', 'rsa'))).to.deep.equal(alice)
    expect(await answer(asking('http://127.0.0.1:1/keys'), signed(rsa.privateKey, 'RS256', 'rsa'))).to.deep.equal([
      503,
      'identity_provider_unavailable',
    ])
  })
})

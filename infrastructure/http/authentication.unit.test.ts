import { expect } from 'chai'
import jwt from 'jsonwebtoken'
import { callerOf, testAuthentication, tokenOf } from '../../test/specifications/api.ts'
import { build, good, id, key } from '../../test/specifications/things-api.ts'

describe('who asks', () => {
  const app = build()
  const alice = callerOf(app, tokenOf('alice', ['customer']))

  describe('asks who it is', () => {
    const refused = async (token?: string) => {
      const { headers } = await callerOf(app, token).post(`/v1/things/${id}`, good, key).isRefused(401, 'unauthorized')
      return { authenticate: headers['www-authenticate'] as unknown }
    }
    const { JWT_SECRET: secret, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = testAuthentication
    const signed = (payload: object, options: jwt.SignOptions = {}, by: string = secret) =>
      jwt.sign(payload, by, { issuer, audience, expiresIn: 60, ...options })
    const claims = { sub: 'alice', roles: ['customer'] }

    it('no token', async () => expect((await refused()).authenticate).to.equal('Bearer realm="orders"'))
    it('no JWT', async () => expect((await refused('abc')).authenticate).to.include('invalid_token'))
    it('expired', async () =>
      expect((await refused(signed(claims, { expiresIn: -6 }))).authenticate).to.include('The token has expired.'))
    it('good by a clock that is a little behind ours, or ahead of it', async () => {
      for (const options of [{ expiresIn: -3 }, { notBefore: 3 }])
        await callerOf(app, signed(claims, options)).post(`/v1/things/${id}`, good, key).answers(200)
    })
    it('not valid yet', async () =>
      expect((await refused(signed(claims, { notBefore: 60 }))).authenticate).to.include('not valid yet'))
    it('forged', async () => {
      await refused(signed(claims, {}, 'another secret, just as long as that'))
    })
    it('another issuer', async () => {
      await refused(signed(claims, { issuer: 'somebody' }))
    })
    it('another audience', async () => {
      await refused(signed(claims, { audience: 'else' }))
    })
    it('alg none', async () => {
      await refused(jwt.sign({ ...claims, iss: issuer, aud: audience, exp: 9_999_999_999 }, '', { algorithm: 'none' }))
    })
    it('an algorithm that is not pinned', async () => {
      await refused(signed(claims, { algorithm: 'HS512' }))
    })
    it('no expiry', async () => {
      await refused(jwt.sign(claims, secret, { issuer, audience }))
    })
    it('no subject', async () => {
      await refused(signed({ roles: ['customer'] }))
    })
    it('a subject that nobody can be called', async () => {
      for (const sub of ['a\0', 'a\ud800', '\udc00b', '']) await refused(signed({ ...claims, sub }))
    })
    it('no roles', async () => {
      await refused(signed({ sub: 'alice' }))
    })
    it('roles that count for nothing here', () =>
      callerOf(app, signed({ sub: 'alice', roles: ['king'] }))
        .post(`/v1/things/${id}`, good, key)
        .isRefused(403, 'forbidden'))
    it('another role', () => alice.get('/v1/operators').isRefused(403, 'forbidden'))
    it('an admin may what an operator may', () =>
      callerOf(app, tokenOf('root', ['admin']))
        .get('/v1/operators')
        .isRefused(500, 'internal_error'))
  })
})

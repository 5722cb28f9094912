import { expect } from 'chai'
import express from 'express'
import helmet from 'helmet'
import { callerOf } from '../../test/specifications/api.ts'
import { build } from '../../test/specifications/things-api.ts'

describe('security headers', () => {
  const nobody = callerOf(build())

  it('sets the headers that helmet sets, on every answer', async () => {
    const expected = express()
    expected.use(
      helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }),
      (_request, response) => {
        response.json({})
      },
    )
    const { headers: wanted } = await callerOf(expected).get('/').answers(200)
    const ofHelmet = Object.entries(wanted).filter(
      ([name]) =>
        !['x-powered-by', 'content-type', 'content-length', 'etag', 'date', 'connection', 'keep-alive'].includes(name),
    )
    expect(ofHelmet).to.have.lengthOf(12)
    for (const path of ['/v1/refused', '/v1/nothing', '/health/live', '/docs/']) {
      const { headers } = await nobody.get(path).answers({ '/v1/refused': 409, '/v1/nothing': 404 }[path] ?? 200)
      expect(Object.fromEntries(ofHelmet.map(([name]) => [name, headers[name]])), path).to.deep.equal(
        Object.fromEntries(ofHelmet),
      )
    }
  })
})

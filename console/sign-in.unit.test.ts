import { expect } from 'chai'
import { silentLogger, type Logger } from '../infrastructure/observability/logger.ts'
import { consoleUnderTest, tokensInTests } from '../test/console/console.ts'
import { callerOf } from '../test/specifications/api.ts'

describe('signing in at one’s own machine', () => {
  const lines: unknown[] = []
  const logger: Logger = { ...silentLogger, info: (message, fields) => void lines.push([message, fields]) }
  const on = callerOf(consoleUnderTest({ tokens: tokensInTests, logger }))
  const off = callerOf(consoleUnderTest())

  it('makes an operator of whoever sits there, and says so in the log', async () => {
    await on.get('/sign-in').answers(200, { development: true })
    const { body } = await on.post('/sign-in', {}).answers(200)
    const { token, subject, role, expiresAt } = body as Record<string, string>
    expect([subject, role]).to.deep.equal(['operator', 'operator'])
    expect(Date.parse(expiresAt ?? '')).to.be.greaterThan(Date.now())
    expect(lines).to.deep.include(['somebody at this machine was made an operator', { subject: 'operator' }])
    await callerOf(consoleUnderTest(), token).get('/v1/streams').answers(200)
  })

  it('is nowhere but in development', async () => {
    await off.get('/sign-in').answers(200, { development: false })
    await off.post('/sign-in', {}).isRefused(404, 'not_found')
  })

  it('is not for whom a proxy brings, for another name, for another page, nor for a form', async () => {
    for (const headers of [
      { 'X-Forwarded-For': '127.0.0.1' },
      { Forwarded: 'for=127.0.0.1' },
      { Host: 'shop.example' },
      { Origin: 'http://shop.example' },
    ])
      await on.post('/sign-in', {}, headers).isRefused(403, 'not_from_here')
    await on.post('/sign-in', '', { 'Content-Type': 'text/plain' }).isRefused(415, 'unsupported_media_type')
    await on.post('/sign-in', { role: 'admin' }).isRefused(400, 'invalid_request')
  })
})

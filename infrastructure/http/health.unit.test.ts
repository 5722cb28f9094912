import { expect } from 'chai'
import express from 'express'
import type { AddressInfo } from 'node:net'
import { healthRouter, type ReadinessCheck } from './health.ts'

/** What `/health/ready` answers with these checks, while the circuit breaker of the mail server is open. */
const readyWith = async (checks: readonly ReadinessCheck[]) => {
  const server = express()
    .use(healthRouter(checks, () => ({ mail: 'open' })))
    .listen(0, '127.0.0.1')
  try {
    await new Promise((resolve) => server.once('listening', resolve))
    // Listening on a port, by what was asked for.
    const { port } = server.address() as AddressInfo
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`)
    const body: unknown = await answer.json()
    return { status: answer.status, body }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

describe('readiness', () => {
  it('tells details beside it, and they make nobody unready', async () => {
    expect(await readyWith([])).to.deep.equal({ status: 200, body: { status: 'ready', details: { mail: 'open' } } })
    expect(await readyWith([{ name: 'store', check: () => 'away' }])).to.deep.equal({
      status: 503,
      body: { status: 'not ready', reasons: [{ name: 'store', reason: 'away' }], details: { mail: 'open' } },
    })
  })
})

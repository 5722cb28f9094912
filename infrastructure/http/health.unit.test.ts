import { expect } from 'chai'
import express from 'express'
import type { AddressInfo } from 'node:net'
import { healthRouter, notLeaving, type ReadinessCheck } from './health.ts'

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

  it('takes a check that throws for one that is not ready', async () => {
    const broken = () => {
      throw new Error('broken')
    }
    expect(await readyWith([{ name: 'store', check: broken }])).to.have.property('status', 503)
  })

  it('is over from the moment the process is told to end', async () => {
    const leaving = new AbortController()
    const checks = [notLeaving(leaving.signal)]
    expect(await readyWith(checks)).to.have.property('status', 200)
    leaving.abort()
    expect(await readyWith(checks)).to.deep.equal({
      status: 503,
      body: {
        status: 'not ready',
        reasons: [{ name: 'process', reason: 'shutting down' }],
        details: { mail: 'open' },
      },
    })
  })
})

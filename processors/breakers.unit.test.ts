import { expect } from 'chai'
import { createRegistry } from '../infrastructure/observability/metrics.ts'
import type { BreakerState } from '../infrastructure/outside/circuit-breaker.ts'
import { breakerMetrics } from './breakers.ts'

describe('circuit breakers', () => {
  it('are seen as a number each, as they are when somebody looks', async () => {
    const registry = createRegistry({ service: 'test' })
    const states: Record<string, BreakerState> = { payment_provider: 'closed', mail: 'open' }
    breakerMetrics(registry, () => states)
    const seen = async () => (await registry.metrics()).split('\n').filter((line) => line.startsWith('circuit_breaker'))
    expect(await seen()).to.deep.equal([
      'circuit_breaker_state{outside="payment_provider",service="test"} 0',
      'circuit_breaker_state{outside="mail",service="test"} 2',
    ])
    states['payment_provider'] = 'half_open'
    expect((await seen())[0]).to.equal('circuit_breaker_state{outside="payment_provider",service="test"} 1')
  })
})

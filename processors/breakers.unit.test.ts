import { expect } from 'chai'
import { createRegistry } from '../infrastructure/observability/metrics.ts'
import type { BreakerState } from '../infrastructure/outside/circuit-breaker.ts'
import { breakerMetrics, breakersOf, worthTryingBehind } from './breakers.ts'

const allClosed: Record<'payment_provider' | 'mail' | 'sms', BreakerState> = {
  payment_provider: 'closed',
  mail: 'closed',
  sms: 'closed',
}
const worth = (states: Partial<typeof allClosed>, isPaused = false) => {
  const worthTrying = worthTryingBehind(
    () => ({ ...allClosed, ...states }),
    () => isPaused,
  )
  return (['payment', 'refund', 'email', 'sms'] as const).map(worthTrying)
}

describe('circuit breakers', () => {
  it('are seen as a number each, as they are when somebody looks', async () => {
    const registry = createRegistry({ service: 'test' })
    const states = { ...allClosed }
    states.mail = 'open'
    breakerMetrics(registry, () => states)
    const seen = async () => (await registry.metrics()).split('\n').filter((line) => line.startsWith('circuit_breaker'))
    expect(await seen()).to.deep.equal([
      'circuit_breaker_state{outside="payment_provider",service="test"} 0',
      'circuit_breaker_state{outside="mail",service="test"} 2',
      'circuit_breaker_state{outside="sms",service="test"} 0',
    ])
    states.payment_provider = 'half_open'
    expect((await seen())[0]).to.equal('circuit_breaker_state{outside="payment_provider",service="test"} 1')
  })

  it('are told with that of look-ups, where the payment provider has one for these', async () => {
    const closed = (): BreakerState => 'closed'
    const senders = { mail: { breaker: closed }, smsBreaker: closed }
    const withOwn = breakersOf({ breaker: closed, lookUpBreaker: () => 'open' }, senders)
    expect(breakersOf({ breaker: closed }, senders)()).to.deep.equal(allClosed)
    expect(withOwn()).to.deep.equal({ ...allClosed, payment_provider_look_ups: 'open' })
    const registry = createRegistry({ service: 'test' })
    breakerMetrics(registry, withOwn)
    expect(await registry.metrics()).to.include('{outside="payment_provider_look_ups",service="test"} 2\n')
    expect(worth({ ...withOwn() }), 'charges go on').to.deep.equal([100, 100, 100, 100])
  })

  it('stop what lies behind them, and that alone', () => {
    expect(worth({})).to.deep.equal([100, 100, 100, 100])
    expect(worth({ payment_provider: 'open' })).to.deep.equal([0, 0, 100, 100])
    expect(worth({}, true), 'the payment provider has asked for a pause').to.deep.equal([0, 0, 100, 100])
    expect(worth({ mail: 'open' })).to.deep.equal([100, 100, 0, 100])
    expect(worth({ sms: 'open', mail: 'half_open' })).to.deep.equal([100, 100, 1, 0])
  })
})

import { office } from '../test/processors/office.ts'

describe('the readiness of the processors', () => {
  it('is told with an open breaker of the payment provider, which is waited for and no reason not to be ready', async () => {
    const { operator } = office({
      statuses: () => new Map([['payment', { state: 'running', inFlight: 0 }]]),
      breakers: () => ({ payment_provider: 'closed', payment_provider_look_ups: 'open' }),
    })
    const details = { payment_provider: 'closed', payment_provider_look_ups: 'open' }
    await operator.get('/health/ready').answers(200, { status: 'ready', details })
  })
})

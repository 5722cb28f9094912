import { startPaymentProvider } from '../../embedded/payment-provider/server.ts'
import { describeListing } from '../../test/payment-providers/listing-contract.ts'
import { mockPaymentProvider } from './provider.ts'

describeListing('the mock provider', async () => {
  const server = await startPaymentProvider({ port: 0, webhookUrl: 'http://127.0.0.1:1/', webhookSecret: 'secret' })
  const provider = mockPaymentProvider({ url: server.url, timeLimitMs: 2_000 })
  const post = async (path: string, body: object = {}): Promise<string> => {
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': 'foreign' }
    const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    return ((await answer.json()) as { id: string }).id
  }
  return {
    provider,
    methods: { ok: 'card-ok', declined: 'card-declined', toConfirm: 'card-action' },
    listCalls: undefined,
    foreign: () => {
      const body = { paymentId: 'invoice-7', orderId: 'invoice-7', amount: 700, currency: 'EUR', method: 'card-ok' }
      return post('/v1/charges', body)
    },
    refundByHand: (providerPaymentId, amount) => post('/dashboard/refunds', { providerPaymentId, amount }),
    dispute: async (providerPaymentId) => {
      const id = await post('/dashboard/disputes', { providerPaymentId })
      return { id, close: (how) => post(`/dashboard/disputes/${id}/${how}`) }
    },
    goAway: async () => server.stop(),
    close: async () => {
      provider.close()
      await server.stop()
    },
  }
})

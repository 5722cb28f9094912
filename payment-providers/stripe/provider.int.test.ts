import { describeProvider } from '../../test/payment-providers/contract.ts'
import { connectedStripe } from '../../test/stripe/connected.ts'

describeProvider('Stripe', async () => {
  const { stripe, connect, close } = await connectedStripe()
  return {
    connect,
    connectTo: (port) => connect({ apiBase: `http://127.0.0.1:${port}` }),
    methods: {
      ok: 'pm_card_visa',
      declined: 'pm_card_visa_chargeDeclined',
      toConfirm: 'pm_card_authenticationRequired',
    },
    fail: async (kind, times = 1) => {
      stripe.fail(kind, { times })
    },
    captured: async () => stripe.intents.all().filter(({ status }) => status === 'succeeded').length,
    close,
  }
})

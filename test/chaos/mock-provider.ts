import { z } from 'zod'
import type { RunningShop } from '../end-to-end/running-shop.ts'
import type { BooksThere, OpenedProvider, ProviderUnderChaos } from './provider.ts'

const methods = ['card-ok', 'card-ok', 'card-ok', 'card-declined', 'card-slow', 'card-unknown']

const money = { id: z.string(), amount: z.int(), currency: z.string() }
const charge = z.object({ ...money, orderId: z.string(), status: z.string() })
const refund = z.object({
  ...money,
  providerPaymentId: z.string(),
  status: z.enum(['pending', 'succeeded', 'failed']),
  refundId: z.string().optional(),
})
const dispute = z.object({ ...money, providerPaymentId: z.string(), status: z.enum(['open', 'lost', 'won']) })

const underChaos = ({ client, shop }: RunningShop): ProviderUnderChaos => {
  const all = async <Item extends { id: string }>(what: string, item: z.ZodType<Item>): Promise<Item[]> => {
    const page = z.object({ items: z.array(item), hasMore: z.boolean() })
    const found: Item[] = []
    for (let hasMore = true; hasMore;) {
      const after = found.at(-1)?.id
      const query = `since=${new Date(0).toISOString()}&limit=100${after === undefined ? '' : `&after=${after}`}`
      const answer = await client.call('GET', `${shop.urls.paymentProvider}/v1/lists/${what}?${query}`, undefined)
      const { items, hasMore: more } = page.parse(answer.body)
      found.push(...items)
      hasMore = more
    }
    return found
  }
  const books = async (): Promise<BooksThere> => ({
    charges: (await all('charges', charge)).filter(({ status }) => status === 'succeeded'),
    refunds: (await all('refunds', refund)).map(({ providerPaymentId: chargeId, refundId, ...rest }) => {
      return { chargeId, refundId, ...rest }
    }),
    disputes: (await all('disputes', dispute)).map(({ providerPaymentId: chargeId, ...rest }) => {
      return { chargeId, ...rest }
    }),
  })
  return {
    methods,
    books,
    async chargeOf(orderId) {
      const charge = (await client.chargesMade(orderId)).find(({ status }) => status === 'succeeded')
      return charge && { id: charge.id, left: charge.amount - charge.refunded - charge.disputed }
    },
    async refundOf(providerPaymentId, refundId) {
      const query = new URLSearchParams({ providerPaymentId, refundId, attempt: '1' })
      const url = `${shop.urls.paymentProvider}/v1/refunds?${query.toString()}`
      const { data } = refund.safeParse((await client.call('GET', url, undefined)).body)
      return data?.status === 'succeeded' ? data.id : undefined
    },
    refund: (providerPaymentId, amount) => client.dashboard('/refunds', { providerPaymentId, amount }),
    failRefund: async (id) => {
      await client.dashboard(`/refunds/${id}/fail`)
    },
    dispute: (providerPaymentId, amount) => client.dashboard('/disputes', { providerPaymentId, amount }),
    closeDispute: async (id, how) => {
      await client.dashboard(`/disputes/${id}/${how}`)
    },
    faults: [{ name: 'SIGKILL payment-provider', strike: async () => shop.child('payment-provider')?.kill() }],
    begin: () => undefined,
    calm: async () => undefined,
    troubles: () => new Map(),
  }
}

/** The shop's own mock: a process that is killed as all others are, and keeps a journal. */
export const openMock = async (): Promise<OpenedProvider> => ({
  environment: {},
  ports: {},
  method: 'card-ok',
  under: underChaos,
  close: async () => undefined,
})

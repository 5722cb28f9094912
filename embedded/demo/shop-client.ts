import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'

const orderSchema = z.looseObject({
  orderId: z.string(),
  number: z.string(),
  status: z.string(),
  reason: z.string().nullish(),
  fulfilment: z.string(),
  revision: z.union([z.number(), z.string()]),
  payment: z.looseObject({
    status: z.string(),
    actionUrl: z.string().nullish(),
    refunded: z.looseObject({ amount: z.int() }),
  }),
  total: z.looseObject({ amount: z.int(), currency: z.string() }),
})
export type SeenOrder = z.infer<typeof orderSchema>

const stockSchema = z.looseObject({ available: z.int() })
const placedSchema = z.looseObject({ orderId: z.string(), number: z.string() })

export type ShopUrls = { readonly commandApi: string; readonly readApi: string }

const patienceMs = 30_000
const pauseMs = 500

/** The shop as a customer and an operator use it, over HTTP. Asked again while it answers 503, as it says one may. */
export const shopClient = (urls: ShopUrls, tokens: { readonly customer: string; readonly operator: string }) => {
  const ask = async (
    method: string,
    url: string,
    token: string,
    body?: unknown,
    headers: Record<string, string> = {},
    giveUpAt = Date.now() + patienceMs,
  ): Promise<Response> => {
    const answer = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (answer.status !== 503 || Date.now() >= giveUpAt) return answer
    await answer.body?.cancel()
    await delay(pauseMs)
    return ask(method, url, token, body, headers, giveUpAt)
  }
  const contentOf = async (method: string, url: string, answer: Response): Promise<unknown> => {
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${text}`)
    return JSON.parse(text) as unknown
  }
  const call = async (
    method: string,
    url: string,
    token: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<unknown> => contentOf(method, url, await ask(method, url, token, body, headers))
  const orders = `${urls.commandApi}/v1/orders`

  return {
    async place(key: string, order: { method: string; lines: readonly { sku: string; quantity: number }[] }) {
      const body = {
        lines: order.lines,
        shipTo: { name: 'Dora Demo', street: 'Lindenweg 2', postalCode: '10115', city: 'Berlin', country: 'DE' },
        contact: { email: 'dora@example.com' },
        payment: { method: order.method },
      }
      return placedSchema.parse(await call('POST', orders, tokens.customer, body, { 'idempotency-key': key }))
    },
    /** The customer's latest hundred orders. */
    async list(): Promise<readonly SeenOrder[]> {
      const page = await call('GET', `${urls.readApi}/v1/orders?limit=100`, tokens.customer)
      return z.looseObject({ items: z.array(orderSchema) }).parse(page).items
    },
    cancel: (orderId: string) => call('POST', `${orders}/${orderId}/cancel`, tokens.customer, {}),
    ship: (order: SeenOrder) =>
      call(
        'POST',
        `${orders}/${order.orderId}/ship`,
        tokens.operator,
        { carrier: 'Post', trackingNumber: `T-${order.number}` },
        {
          'if-match': `"${order.revision}"`,
        },
      ),
    deliver: (order: SeenOrder) =>
      call('POST', `${orders}/${order.orderId}/deliver`, tokens.operator, {}, { 'if-match': `"${order.revision}"` }),
    async available(sku: string): Promise<number | undefined> {
      const url = `${urls.readApi}/v1/stock/${sku}`
      const answer = await ask('GET', url, tokens.operator)
      return answer.status === 404 ? undefined : stockSchema.parse(await contentOf('GET', url, answer)).available
    },
    async receive(sku: string, quantity: number, document: string): Promise<void> {
      await call('POST', `${urls.commandApi}/v1/inventory/${sku}/receipts`, tokens.operator, { quantity, document })
    },
    /** What a customer does in the browser when the bank asks. */
    async confirmPayment(actionUrl: string): Promise<void> {
      const answer = await fetch(actionUrl, { method: 'POST' })
      if (!answer.ok) throw new Error(`POST ${actionUrl} answered ${answer.status}`)
    },
  }
}
export type ShopClient = ReturnType<typeof shopClient>

import type { Shop } from '../../embedded/shop/shop.ts'
import { orderIdOf } from '../../domain/shared/ids.ts'
import type { Role } from '../../http-api/roles.ts'
import { until } from '../support/until.ts'

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown> }

/** The parts of an order in the read API that tests look at. */
export type OrderView = {
  readonly orderId: string
  readonly number: string
  readonly status: string
  readonly reason?: string
  readonly shortages?: readonly { readonly sku: string; readonly wanted: number; readonly available: number }[]
  readonly payment: {
    readonly status: string
    readonly actionUrl?: string
    readonly refunded: { readonly amount: number }
    readonly dispute?: string
    readonly chargedBack: { readonly amount: number }
  }
  readonly fulfilment: string
  readonly revision: number | string
}

/** What the payment provider has of a charge. Minor units. */
export type Charge = {
  readonly id: string
  readonly orderId: string
  readonly status: string
  readonly amount: number
  readonly currency: string
  readonly refunded: number
  /** By disputes that have not been won. */
  readonly disputed: number
}

export type CaughtMail = {
  readonly messageId: string
  readonly receivedAt: string
  readonly to: readonly string[]
  readonly subject: string
}

export type Line = { readonly sku: string; readonly quantity: number }

/**
 * Every route of the shop that tests use, and nothing hidden: answers come as they are. Customers are those of one run: an order is made once
 * for a customer and a key, also where an earlier run's orders are kept.
 */
export const testShopClient = (shop: Shop, token: (sub: string, role: Role) => string, run: string) => {
  const call = async (
    method: string,
    url: string,
    who: string | undefined,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const answer = await fetch(url, {
      method,
      headers: {
        ...(who === undefined ? {} : { authorization: `Bearer ${who}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return {
      status: answer.status,
      headers: answer.headers,
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
    }
  }
  const customer = (sub: string) => token(`${sub}-${run}`, 'customer')
  const operator = token('olga', 'operator')
  const admin = token('ada', 'admin')
  const { commandApi, readApi, processors } = shop.urls

  const client = {
    call,
    placeRaw: (sub: string, key: string, lines: readonly Line[], method = 'card-ok') =>
      call(
        'POST',
        `${commandApi}/v1/orders`,
        customer(sub),
        {
          lines,
          shipTo: { name: 'Tess Test', street: 'Lindenweg 3', postalCode: '10115', city: 'Berlin', country: 'DE' },
          contact: { email: `${sub}@example.com` },
          payment: { method },
        },
        { 'idempotency-key': key },
      ),
    /** Asks again under the same key while a store is away (503), as the API tells its clients to. */
    place: (sub: string, key: string, lines: readonly Line[], method = 'card-ok'): Promise<string> =>
      until(
        'the order is accepted',
        async () => {
          const answer = await client.placeRaw(sub, key, lines, method)
          if (answer.status === 201) return answer.body['orderId'] as string
          throw new Error(`POST /v1/orders answered ${answer.status}: ${JSON.stringify(answer.body)}`)
        },
        { limitMs: 60_000, everyMs: 1_000 },
      ),
    /** Of an order, before it is placed. */
    orderId: (sub: string, key: string): string => orderIdOf(`${sub}-${run}`, key),
    cancel: (sub: string, orderId: string) =>
      call('POST', `${commandApi}/v1/orders/${orderId}/cancel`, customer(sub), {}),
    operate: (path: string, body: unknown, headers?: Record<string, string>) =>
      call('POST', `${commandApi}${path}`, operator, body, headers),
    administer: (path: string, body: unknown) => call('POST', `${commandApi}${path}`, admin, body),
    async order(orderId: string): Promise<OrderView | undefined> {
      const answer = await call('GET', `${readApi}/v1/orders/${orderId}`, operator)
      return answer.status === 200 ? (answer.body as unknown as OrderView) : undefined
    },
    async timeline(orderId: string): Promise<readonly string[]> {
      const answer = await call('GET', `${readApi}/v1/orders/${orderId}/timeline`, operator)
      return (answer.body['items'] as { type: string }[]).map(({ type }) => type)
    },
    async stock(sku: string): Promise<{ onHand: number; reserved: number; available: number }> {
      const answer = await call('GET', `${readApi}/v1/stock/${sku}`, operator)
      if (answer.status !== 200) throw new Error(`GET /v1/stock/${sku} answered ${answer.status}`)
      const { onHand, reserved, available } = answer.body as { onHand: number; reserved: number; available: number }
      return { onHand, reserved, available }
    },
    /** The order once it looks as wanted. */
    orderThat: (
      orderId: string,
      what: string,
      looks: (order: OrderView) => boolean,
      limitMs = 40_000,
    ): Promise<OrderView> =>
      until(
        `order ${orderId} is ${what}`,
        async () => {
          const order = await client.order(orderId)
          if (order === undefined) throw new Error('the read API does not know it')
          if (looks(order)) return order
          throw new Error(JSON.stringify(order))
        },
        { limitMs, everyMs: 100 },
      ),
    /** Of one order, or all that the payment provider has been asked for. */
    async chargesMade(orderId?: string): Promise<readonly Charge[]> {
      const answer = await call(
        'GET',
        `${shop.urls.paymentProvider}/v1/charges${orderId === undefined ? '' : `?orderId=${orderId}`}`,
        undefined,
      )
      return answer.body['items'] as Charge[]
    },
    /** What the payment provider holds for an order: captured, less refunded, in minor units. */
    async moneyKept(orderId: string): Promise<number> {
      const charges = await client.chargesMade(orderId)
      return charges
        .filter(({ status }) => status === 'succeeded')
        .reduce((sum, { amount, refunded }) => sum + amount - refunded, 0)
    },
    /** In the payment provider's own dashboard: nobody of the shop has a part in it. */
    async dashboard(path: string, body: unknown = {}): Promise<string> {
      const answer = await call('POST', `${shop.urls.paymentProvider}/dashboard${path}`, undefined, body)
      if (answer.status !== 200) throw new Error(`the dashboard answered ${answer.status}`)
      return answer.body['id'] as string
    },
    async charges(orderId: string): Promise<number> {
      return (await client.chargesMade(orderId)).filter(({ status }) => status === 'succeeded').length
    },
    /** All that the mail catcher has been sent, each copy by itself. */
    async mails(): Promise<readonly CaughtMail[]> {
      return (await call('GET', `${shop.urls.mails}/v1/mails`, undefined)).body['items'] as CaughtMail[]
    },
    /** The log may hold others' dead letters, of any age. */
    async allDeadLetters(group: string): Promise<readonly Record<string, unknown>[]> {
      const all: Record<string, unknown>[] = []
      for (let cursor: string | null | undefined; cursor !== null;) {
        const answer = await call(
          'GET',
          `${processors}/v1/dead-letters/${group}?limit=100${cursor === undefined ? '' : `&cursor=${cursor}`}`,
          operator,
        )
        if (answer.status !== 200) throw new Error(`GET /v1/dead-letters/${group} answered ${answer.status}`)
        all.push(...(answer.body['items'] as Record<string, unknown>[]))
        cursor = answer.body['nextCursor'] as string | null
      }
      return all
    },
    /** Those of one key: an order's id. */
    deadLetters: async (group: string, key: string): Promise<readonly Record<string, unknown>[]> =>
      (await client.allDeadLetters(group)).filter((deadLetter) => deadLetter['key'] === key),
  }
  return client
}
export type TestShopClient = ReturnType<typeof testShopClient>

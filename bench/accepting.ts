import type { Shop } from '../embedded/shop/shop.ts'
import { developmentToken } from '../embedded/shop/token.ts'
import { closedLoop, type Load } from './closed-loop.ts'
import { orderOf } from './goods.ts'
import type { Round } from './order-life-cycles.ts'

/** POST /v1/orders as quickly as it answers; whatever follows from the orders goes on meanwhile. */
export const acceptOrders = (shop: Shop, { name, skus, orders, concurrency }: Round): Promise<Load> => {
  const authorization = `Bearer ${developmentToken(shop.secrets, { sub: `bench-${name}`, role: 'customer' })}`
  return closedLoop(shop.urls.commandApi, { count: orders, concurrency, expected: 201 }, (index) => ({
    method: 'POST',
    path: '/v1/orders',
    headers: { authorization, 'idempotency-key': `${name}-${index}` },
    body: orderOf(skus, index),
  }))
}

/** The same requests to the bare route, which appends one event for each. */
export const acceptBare = (url: string, { skus, orders, concurrency }: Round): Promise<Load> =>
  closedLoop(url, { count: orders, concurrency, expected: 201 }, (index) => ({
    method: 'POST',
    path: '/v1/orders',
    headers: {},
    body: orderOf(skus, index),
  }))

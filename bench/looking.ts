import type { Shop } from '../embedded/shop/shop.ts'
import { developmentToken } from '../embedded/shop/token.ts'
import { closedLoop, type Load } from './closed-loop.ts'

export type Looks = { readonly orderIds: readonly string[]; readonly count: number; readonly concurrency: number }

/** GET /v1/orders/{id}, one of these orders after another, from the read API or from the bare route. */
export const lookAtOrders = (
  { secrets }: Shop,
  url: string,
  { orderIds, count, concurrency }: Looks,
): Promise<Load> => {
  const authorization = `Bearer ${developmentToken(secrets, { sub: 'bench', role: 'operator' })}`
  return closedLoop(url, { count, concurrency, expected: 200 }, (index) => ({
    method: 'GET',
    path: `/v1/orders/${orderIds[index % orderIds.length] ?? ''}`,
    headers: { authorization },
  }))
}

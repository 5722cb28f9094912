import { streams } from '../../domain/shared/streams.ts'
import { ProviderUnavailable } from '../../infrastructure/outside/errors.ts'
import { createShop, orderId, type Shop } from './shop.ts'

export const order = streams.order(orderId)
export const payment = streams.payment(orderId)
export const minute = 60_000

export const placed = async (): Promise<Shop> => {
  const shop = createShop()
  await shop.stock('A', 5)
  await shop.place({ A: 2 })
  return shop
}
/** Nobody has handled it, and nobody will by itself: its first step stands in front of a person. */
export const stuck = async (): Promise<Shop> => {
  const shop = await placed()
  shop.park('inventory')
  return shop
}
/** The provider has it in hand, and nobody has been told of an outcome. */
export const pending = async (): Promise<Shop> => {
  const shop = await placed()
  shop.provider.next('charge', { kind: 'pending' })
  await shop.run()
  // Looked up now and then on the way to the deadline.
  for (let look = 0; look < 9; look += 1) shop.provider.next('lookUp', { kind: 'pending' })
  return shop
}
/** A minute before its deadline: the provider was away whenever it was asked for the money, and is asked again after the deadline. */
export const unheardOf = async (): Promise<Shop> => {
  const shop = await placed()
  for (let times = 0; times < 2; times += 1) shop.provider.next('charge', new ProviderUnavailable('away'))
  await shop.run()
  await after(shop, 29 * minute)
  return shop
}
/** So much time goes by, and what is due is taken up. */
export const after = async (shop: Shop, milliseconds: number) => {
  shop.advance(milliseconds)
  await shop.pass()
}

import { createShop, type Shop } from './shop.ts'

const minute = 60_000

/** With an order that is placed, and of which nobody has heard yet. */
export const placed = async (): Promise<Shop> => {
  const shop = createShop()
  await shop.stock('A', 5)
  await shop.place({ A: 2 })
  return shop
}

/** Once so much time has passed, what stands still is driven on; answers how many orders were. */
export const driveOnAfter = async (shop: Shop, milliseconds: number) => {
  shop.advance(milliseconds)
  return shop.driveOn()
}

/** The one order that stands still. */
export const standsStill = async (shop: Shop) => {
  const [standing] = await shop.followUps.standing({ now: shop.now(), firstDelayMs: minute, limit: 1 })
  if (standing === undefined) throw new Error('no order stands still')
  return standing
}

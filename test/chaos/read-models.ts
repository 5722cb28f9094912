import type { Standing } from '../simulation/statements/standings.ts'
import type { RunningShop } from '../end-to-end/running-shop.ts'
import type { Load } from './load.ts'

const atOnce = 20

/** What the read API shows otherwise than the log has it: each order's state, and what is held of each SKU. Ends with the first such. */
export const wrongInReadModels = async (
  { client }: RunningShop,
  standings: ReadonlyMap<string, Standing>,
  { orderIds, skus }: Load,
): Promise<readonly string[]> => {
  const wrongOrder = async (orderId: string): Promise<readonly string[]> => {
    const shown = (await client.order(orderId))?.status
    const wanted = standings.get(orderId)?.order.status
    return shown === wanted ? [] : [`order ${orderId}: the read API shows ${shown}, the log says ${wanted}`]
  }
  for (let from = 0; from < orderIds.length; from += atOnce) {
    const wrong = (await Promise.all(orderIds.slice(from, from + atOnce).map(wrongOrder))).flat()
    if (wrong.length > 0) return wrong
  }
  for (const sku of skus) {
    const held = [...standings.values()].reduce((sum, { holds }) => {
      const hold = holds.get(sku)
      return hold?.status === 'held' ? sum + hold.quantity : sum
    }, 0)
    const { reserved } = await client.stock(sku)
    if (reserved !== held) return [`${sku}: the read API shows ${reserved} reserved, the log says ${held}`]
  }
  return []
}

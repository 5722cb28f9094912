import type { Statement } from './statement.ts'

/** By addition alone, not by the decision's own fold: that passes over an event that cannot be, and here it must be seen. */
export const stockNeverNegative: Statement = {
  number: 1,
  says: '0 ≤ reserved ≤ on hand, for each SKU, at every prefix of its stream',
  watch: () => {
    const levels = new Map<string, { onHand: number; reserved: number }>()
    const taken = new Set<string>()

    return (append) =>
      append.flatMap(({ event }) => {
        if (!('sku' in event) || event.type.startsWith('Product')) return []
        const level = levels.get(event.sku) ?? { onHand: 0, reserved: 0 }
        levels.set(event.sku, level)
        const wrong: string[] = []
        switch (event.type) {
          case 'StockReceived':
            level.onHand += event.quantity
            break
          case 'StockAdjusted':
            level.onHand += event.delta
            break
          case 'StockReserved':
            level.reserved += event.quantity
            if (taken.has(`${event.sku} ${event.orderId}`))
              wrong.push(`${event.sku} is reserved twice by ${event.orderId}`)
            taken.add(`${event.sku} ${event.orderId}`)
            break
          case 'StockReleased':
            level.reserved -= event.quantity
            break
          case 'StockCommitted':
            level.reserved -= event.quantity
            level.onHand -= event.quantity
            break
          default:
            break
        }
        if (level.reserved < 0 || level.reserved > level.onHand) {
          wrong.push(`${event.sku} has ${level.onHand} on hand and ${level.reserved} reserved after ${event.type}`)
        }
        return wrong
      })
  },
}

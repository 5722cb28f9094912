import type { OrderPlaced } from '../../../domain/orders/order.ts'
import type { Statement } from './statement.ts'

type Claim = {
  placed: OrderPlaced | undefined
  confirmed: boolean
  reserved: boolean
  paid: number | undefined
  readonly held: Map<string, number>
}

const wrongWith = ({ placed, reserved, paid, held }: Claim): readonly string[] => {
  if (placed === undefined) return ['was never placed']
  const missing = placed.lines.filter(({ sku, quantity }) => held.get(sku) !== quantity).map(({ sku }) => sku)
  return [
    ...(reserved ? [] : ['its reservation is not whole']),
    ...(missing.length === 0 ? [] : [`nothing is held of ${missing.join(', ')}`]),
    ...(paid === placed.total ? [] : [`${paid ?? 'nothing'} was paid of ${placed.total}`]),
  ]
}

export const confirmedOrdersAreWhole: Statement = {
  number: 4,
  says: 'a confirmed order has its whole reservation and its whole payment',
  watch: () => {
    const claims = new Map<string, Claim>()
    return (append) =>
      append.flatMap(({ event }) => {
        if (!('orderId' in event) || event.orderId === undefined) return []
        const { orderId } = event
        const claim = claims.get(orderId) ?? {
          placed: undefined,
          confirmed: false,
          reserved: false,
          paid: undefined,
          held: new Map(),
        }
        claims.set(orderId, claim)
        switch (event.type) {
          case 'OrderPlaced':
            claim.placed = event
            break
          case 'OrderConfirmed':
            claim.confirmed = true
            break
          case 'OrderRejected':
          case 'OrderCancelled':
            claim.confirmed = false
            break
          case 'InventoryReserved':
            claim.reserved = true
            break
          case 'InventoryReleased':
            claim.reserved = false
            break
          case 'StockReserved':
            claim.held.set(event.sku, event.quantity)
            break
          case 'StockReleased':
            claim.held.delete(event.sku)
            break
          case 'PaymentSucceeded':
            claim.paid = event.amount
            break
          default:
            return []
        }
        return claim.confirmed ? wrongWith(claim).map((wrong) => `order ${orderId} is confirmed, but ${wrong}`) : []
      })
  },
}

import { productDecider, type Product } from '../../domain/catalogue/product.ts'
import type { PlaceOrder } from '../../domain/orders/commands.ts'
import { isPlaced, orderDecider, type Order, type OrderPlaced } from '../../domain/orders/order.ts'
import { mergeLines, priceLines, requestHashOf } from '../../domain/orders/placing.ts'
import { orderIdOf, orderNumberOf } from '../../domain/shared/ids.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { Patience, StreamReader } from '../../infrastructure/event-store/port.ts'
import type { RequestContext } from '../../infrastructure/http/request-context.ts'
import type { Commanding } from '../commanding.ts'
import type { Place } from '../written.ts'
import type { PlaceOrderRequest } from './requests.ts'

export type PlacedOnce = {
  readonly placed: OrderPlaced
  /** Of OrderPlaced itself, whatever came after it. */
  readonly at: Place
  /** It had been placed before, under the same key and with the same request. */
  readonly replayed: boolean
}

export type PlaceOrderFor = (customerId: string, key: string, request: PlaceOrderRequest, context: RequestContext) => Promise<PlacedOnce>

/**
 * Places an order once for each (customer, key). Every line's price comes from its product's stream.
 *
 * A repetition must be answered with the order it once made, even when a price has changed or a product has gone since. So nothing is
 * refused before the order's own stream has been looked at; who comes second in a race finds the first one's order there.
 */
export const placeOrderWith = (commanding: Commanding, store: StreamReader): PlaceOrderFor => {
  const { handling, contextOf, patience } = commanding

  const catalogueFor = async (skus: readonly string[], waiting: Patience): Promise<(sku: string) => Product> => {
    const found = await Promise.all(skus.map(async (sku) => [sku, (await handling.load(productDecider, streams.product(sku), waiting)).state] as const))
    const products = new Map(found)
    return (sku) => products.get(sku) ?? productDecider.initialState
  }

  /** The order that this key has made; undefined when there is none. @throws Refusal key_reused */
  const madeBefore = async (orderId: string, requestHash: string, waiting: Patience): Promise<OrderPlaced | undefined> => {
    const { state } = await handling.load(orderDecider, streams.order(orderId), waiting)
    if (!isPlaced(state)) return undefined
    if (state.placed.requestHash !== requestHash) throw new Refusal('key_reused', 'this key has been used for another order')
    return state.placed
  }

  const beginningOf = async (orderId: string, waiting: Patience): Promise<Place> => {
    for await (const { revision, position } of store.readStream(streams.order(orderId), { limit: 1, ...waiting })) return { revision, position }
    throw new Error(`order ${orderId} was placed and has no first event`)
  }

  const placedIn = (order: Order): OrderPlaced => {
    if (!isPlaced(order)) throw new Error('an order was placed and is not there')
    return order.placed
  }

  return async (customerId, key, request, requestContext) => {
    const waiting = patience()
    const { shipTo, contact, payment: { method: paymentMethod } } = request
    const orderId = orderIdOf(customerId, key)
    const lines = mergeLines(request.lines)
    const requestHash = requestHashOf({ lines, shipTo, contact, paymentMethod })

    const commandFor = async (): Promise<PlaceOrder> => {
      const productOf = await catalogueFor(lines.map(({ sku }) => sku), waiting)
      const priced = priceLines(lines, productOf, request.expectedTotal)
      return {
        type: 'PlaceOrder', orderId, number: orderNumberOf(orderId), customerId,
        lines: priced.lines, currency: priced.currency, shipTo, contact, paymentMethod, requestHash,
      }
    }

    try {
      const command = await commandFor()
      const context = contextOf(requestContext, { type: 'customer', id: customerId }, orderId)
      const handled = await handling.handle(orderDecider, streams.order(orderId), command, context, { ...waiting, mayOpen: true })
      const placed = placedIn(handled.state)
      if (handled.events.length > 0) return { placed, at: handled, replayed: false }
      return { placed, at: await beginningOf(orderId, waiting), replayed: true }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const placed = await madeBefore(orderId, requestHash, waiting)
      if (placed === undefined) throw error
      return { placed, at: await beginningOf(orderId, waiting), replayed: true }
    }
  }
}

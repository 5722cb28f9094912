import type { PlaceOrder } from '../../domain/orders/commands.ts'
import { isPlaced, orderDecider, type Order, type OrderPlaced } from '../../domain/orders/order.ts'
import { mergeLines, priceLines, requestHashOf, type PricedOrder } from '../../domain/orders/placing.ts'
import { orderIdOf, orderNumberOf } from '../../domain/shared/ids.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { Patience, StreamReader } from '../../infrastructure/event-store/port.ts'
import type { RequestContext } from '../../infrastructure/http/request-context.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
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

export type PlaceOrderFor = (
  customerId: string,
  key: string,
  request: PlaceOrderRequest,
  context: RequestContext,
) => Promise<PlacedOnce>

/**
 * Places an order once for each (customer, key). Every line's price comes from the catalogue.
 *
 * A repetition must be answered with the order it once made, even when a price has changed or a product has gone since. So nothing is
 * refused before the order's own stream has been looked at; who comes second in a race finds the first one's order there.
 */
export const placeOrderWith = (commanding: Commanding, catalogue: Catalogue, store: StreamReader): PlaceOrderFor => {
  const { handling, contextOf, patience } = commanding

  /** The order that this key has made; undefined when there is none. @throws Refusal key_reused */
  const madeBefore = async (
    orderId: string,
    requestHash: string,
    waiting: Patience,
  ): Promise<OrderPlaced | undefined> => {
    const { state } = await handling.load(orderDecider, streams.order(orderId), waiting)
    if (!isPlaced(state)) return undefined
    if (state.placed.requestHash !== requestHash)
      throw new Refusal('key_reused', 'this key has been used for another order')
    return state.placed
  }

  const beginningOf = async (orderId: string, waiting: Patience): Promise<Place> => {
    for await (const { revision, position } of store.readStream(streams.order(orderId), { limit: 1, ...waiting }))
      return { revision, position }
    throw new Error(`order ${orderId} was placed and has no first event`)
  }

  const placedIn = (order: Order): OrderPlaced => {
    if (!isPlaced(order)) throw new Error('an order was placed and is not there')
    return order.placed
  }

  return async (customerId, key, request, requestContext) => {
    const waiting = patience()
    const {
      shipTo,
      contact,
      payment: { method: paymentMethod },
    } = request
    const orderId = orderIdOf(customerId, key)
    const lines = mergeLines(request.lines)
    const requestHash = requestHashOf({ lines, shipTo, contact, paymentMethod })

    const skus = lines.map(({ sku }) => sku)
    const priced = async (): Promise<PricedOrder> => {
      try {
        return priceLines(lines, await catalogue.recent(skus, waiting), request.expectedTotal)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        // Refused only for what the catalogue says now.
        return priceLines(lines, await catalogue.now(skus, waiting), request.expectedTotal)
      }
    }

    const commandFor = async (): Promise<PlaceOrder> => {
      const { lines: pricedLines, currency } = await priced()
      return {
        type: 'PlaceOrder',
        orderId,
        number: orderNumberOf(orderId),
        customerId,
        lines: pricedLines,
        currency,
        shipTo,
        contact,
        paymentMethod,
        requestHash,
      }
    }

    try {
      const command = await commandFor()
      const context = contextOf(requestContext, { type: 'customer', id: customerId }, orderId)
      const handled = await handling.handle(orderDecider, streams.order(orderId), command, context, {
        ...waiting,
        mayOpen: true,
      })
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

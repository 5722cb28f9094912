import { setTimeout as delay } from 'node:timers/promises'
import { EventStoreDBClient, streamNameFilter } from '@eventstore/db-client'
import { positionToText } from '../infrastructure/event-store/position.ts'
import type { Shop } from '../embedded/shop/shop.ts'
import { developmentToken } from '../embedded/shop/token.ts'
import { until } from '../test/support/until.ts'
import { orderOf } from './goods.ts'

export type LifeCycles = {
  readonly orderIds: readonly string[]
  readonly perSecond: number
  /** From the POST being sent to OrderConfirmed being on disk, and to the read API showing it, in milliseconds. */
  readonly confirmedMs: readonly number[]
  readonly visibleMs: readonly number[]
}

type Decision = { readonly type: string; readonly time: number; readonly position: string }

const decisions: ReadonlySet<string> = new Set(['OrderConfirmed', 'OrderRejected', 'OrderCancelled'])

export type Round = {
  /** That nobody else has, so that its keys are new. */
  readonly name: string
  readonly skus: readonly string[]
  readonly orders: number
  readonly concurrency: number
}

/**
 * Places `orders` orders, `concurrency` at a time; each slot waits until its order is confirmed and shown before it places the next.
 */
export const orderLifeCycles = async (shop: Shop, { name, skus, orders, concurrency }: Round): Promise<LifeCycles> => {
  const token = developmentToken(shop.secrets, { sub: `bench-${name}`, role: 'customer' })
  const store = EventStoreDBClient.connectionString(shop.eventStoreUrl)
  const decided = new Map<string, (decision: Decision) => void>()
  const early = new Map<string, Decision>()
  const subscription = store.subscribeToAll({ fromPosition: 'end', filter: streamNameFilter({ prefixes: ['order-'] }) })
  const listening = (async () => {
    for await (const { event } of subscription) {
      if (event === undefined || !decisions.has(event.type)) continue
      const decision = { type: event.type, time: Date.now(), position: positionToText(event.position) }
      const orderId = event.streamId.slice('order-'.length)
      const waiting = decided.get(orderId)
      if (waiting === undefined) early.set(orderId, decision)
      else waiting(decision)
    }
  })()

  const confirmedMs: number[] = []
  const visibleMs: number[] = []
  const orderIds: string[] = []
  const one = async (index: number): Promise<void> => {
    const began = Date.now()
    const place = () =>
      fetch(`${shop.urls.commandApi}/v1/orders`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': `${name}-${index}`,
        },
        body: orderOf(skus, index),
      })
    let answer = await place()
    // After an overload fewer and fewer are refused, for some seconds; the answer says when to repeat it.
    while (answer.status === 503 && answer.headers.has('retry-after')) {
      await delay(Number(answer.headers.get('retry-after')) * 1_000)
      answer = await place()
    }
    if (answer.status !== 201) throw new Error(`POST /v1/orders answered ${answer.status}: ${await answer.text()}`)
    const { orderId } = (await answer.json()) as { orderId: string }
    orderIds.push(orderId)
    const { type, time, position } =
      early.get(orderId) ?? (await new Promise<Decision>((resolve) => decided.set(orderId, resolve)))
    if (type !== 'OrderConfirmed') throw new Error(`order ${orderId} came to ${type}`)
    confirmedMs.push(time - began)
    // The read API waits for some seconds itself; behind on a slow machine, it asks to be asked again.
    await until(`order ${orderId} is shown as confirmed`, async () => {
      const seen = await fetch(
        `${shop.urls.readApi}/v1/orders/${orderId}?minPosition=${encodeURIComponent(position)}`,
        { headers: { authorization: `Bearer ${token}` } },
      )
      const { status } = (await seen.json()) as { status?: string | number }
      if (status !== 'confirmed') throw new Error(`it is shown as ${status}`)
      return true
    })
    visibleMs.push(Date.now() - began)
    decided.delete(orderId)
    early.delete(orderId)
  }

  const began = Date.now()
  let next = 0
  try {
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        while (next < orders) await one(next++)
      }),
    )
    return { orderIds, perSecond: orders / ((Date.now() - began) / 1_000), confirmedMs, visibleMs }
  } finally {
    // Also after a failure: a subscription that is still open when the shop ends is an error that nobody would catch.
    await subscription.unsubscribe()
    await listening
    await store.dispose()
  }
}

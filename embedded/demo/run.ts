import { setTimeout as delay } from 'node:timers/promises'
import { prepareGoods } from './goods.ts'
import { endedAs, scenarios, type Scenario } from './scenarios.ts'
import type { SeenOrder, ShopClient } from './shop-client.ts'

export type Progress = {
  readonly scenario: Scenario
  readonly orderId: string
  readonly number: string
  readonly seen: { readonly status: string; readonly payment: string; readonly fulfilment: string }
  readonly ended: boolean
  readonly seconds: number
}

type Running = {
  scenario: Scenario
  key: string
  orderId: string
  number: string
  began: number
  done: Set<string>
  order?: SeenOrder
  endedAt?: number
}

/** The payment's status; one of which all is given back is called so. */
const paymentOf = ({ payment, total }: SeenOrder): string =>
  payment.status === 'succeeded' && payment.refunded.amount === total.amount ? 'refunded' : payment.status

const stateOf = (running: Running): Progress['seen'] => ({
  status: running.order?.status ?? 'placed',
  payment: running.order === undefined ? 'none' : paymentOf(running.order),
  fulfilment: running.order?.fulfilment ?? 'none',
})

const progressOf = (running: Running): Progress => ({
  scenario: running.scenario,
  orderId: running.orderId,
  number: running.number,
  seen: stateOf(running),
  ended: running.endedAt !== undefined,
  seconds: ((running.endedAt ?? Date.now()) - running.began) / 1_000,
})

/** Does each of the scenario's steps once, as soon as the order is where the step needs it. */
const takeStep = async (shop: ShopClient, running: Running, order: SeenOrder): Promise<void> => {
  const once = async (step: string, ready: boolean, act: () => Promise<unknown>): Promise<void> => {
    if (!ready || running.done.has(step)) return
    running.done.add(step)
    await act()
  }
  const { then } = running.scenario
  if (then === 'cancel when confirmed')
    await once('cancel', order.status === 'confirmed', () => shop.cancel(order.orderId))
  if (then === 'ship' || then === 'ship and deliver')
    await once('ship', order.status === 'confirmed', () => shop.ship(order))
  if (then === 'ship and deliver') await once('deliver', order.status === 'shipped', () => shop.deliver(order))
  const url = order.payment.actionUrl
  if (then === 'confirm the payment' && typeof url === 'string')
    await once('confirm', true, () => shop.confirmPayment(url))
}

export type DemoOptions = {
  readonly limitMs: number
  /** The shop's SKU for one of the catalogue; the same without it. */
  readonly skuOf?: (sku: string) => string
  /** Told after every look. */
  readonly onProgress?: (all: readonly Progress[]) => void
}

/**
 * Places an order for each scenario, plays the customer and the operator, and watches until every order has ended as it must or the
 * limit is over. `runId` is part of every key: another run's orders are others.
 */
export const runDemo = async (
  shop: ShopClient,
  runId: string,
  { limitMs, skuOf = (sku) => sku, onProgress = () => undefined }: DemoOptions,
): Promise<readonly Progress[]> => {
  const all: Running[] = []
  const played = scenarios.map((scenario) => ({
    ...scenario,
    lines: scenario.lines.map((line) => ({ ...line, sku: skuOf(line.sku) })),
  }))
  const ordered = await prepareGoods(shop, played, runId)
  for (const [index, scenario] of played.entries()) {
    const key = `${runId}-${index}`
    const order = { method: scenario.method, lines: scenario.lines.map(ordered) }
    const placed = await shop.place(key, order)
    all.push({ scenario, key, ...placed, began: Date.now(), done: new Set() })
    if (scenario.then === 'cancel at once') await shop.cancel(placed.orderId)
    if (scenario.then === 'place it again') {
      const again = await shop.place(key, order)
      if (again.orderId !== placed.orderId)
        throw new Error(`the same key made two orders: ${placed.orderId}, ${again.orderId}`)
    }
  }
  const until = Date.now() + limitMs
  while (Date.now() < until && all.some(({ endedAt }) => endedAt === undefined)) {
    const seen = new Map((await shop.list()).map((order) => [order.orderId, order]))
    for (const running of all) {
      const order = seen.get(running.orderId)
      if (order === undefined) continue
      running.order = order
      if (endedAs(running.scenario, stateOf(running))) running.endedAt ??= Date.now()
      else await takeStep(shop, running, order)
    }
    onProgress(all.map(progressOf))
    await delay(250)
  }
  return all.map(progressOf)
}

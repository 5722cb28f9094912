import type { LogOfShop } from '../end-to-end/log-of-shop.ts'
import { openLogOfShop } from '../end-to-end/log-of-shop.ts'
import { eventStoreOfShop, ownEventStoreOfShop } from '../end-to-end/event-store-of-shop.ts'
import { startRunningShop, type RunningShop } from '../end-to-end/running-shop.ts'
import { startSecondProcessors } from '../end-to-end/second-processors.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { Proxy } from '../event-store/proxy.ts'
import { createRandom } from '../simulation/random.ts'
import { ordersComeToRest } from '../simulation/statements/05-orders-come-to-rest.ts'
import { statements } from '../simulation/statements/all.ts'
import { checkLog } from '../simulation/statements/check-log.ts'
import type { Charge } from '../end-to-end/test-shop-client.ts'
import { standingsOf } from '../simulation/statements/standings.ts'
import type { Log } from '../simulation/statements/statement.ts'
import { until } from '../support/until.ts'
import { serviceNames } from '../../processors/services.ts'
import { chosenEventStore } from 'eventstoredb-compatible-server/source/testing/any-server'
import { startBefore, startBeforeEventStore } from './before.ts'
import { watchCounters } from './counters.ts'
import { faultsOf, strikeUntil } from './faults.ts'
import { putUnderLoad, type Load } from './load.ts'
import { wrongInReadModels } from './read-models.ts'

export type ChaosOptions = {
  readonly seed: number
  readonly durationMs: number
  readonly ordersPerSecond: number
  /** From the last fault until all is at rest, at most; more is wrong. */
  readonly quietWithinMs: number
  readonly told?: (line: string) => void
}

export type ChaosReport = {
  readonly seed: number
  readonly seconds: number
  readonly orders: number
  /** By the state they have ended in. */
  readonly ended: Readonly<Record<string, number>>
  readonly events: number
  /** By what was done. */
  readonly faults: Readonly<Record<string, number>>
  readonly redelivered: number
  readonly heldBack: number
  /** Looks at the counters of a process that was not there: what it had counted last is not in them. */
  readonly looksMissed: number
  readonly statements: number
  /** In minor units: what the provider has taken and not given back, and what our streams say of that. */
  readonly money: { readonly provider: number; readonly log: number }
  /** From the last fault until every order is at rest and every read model shows it. */
  readonly quietAfterMs: number
  /** What is not as it should be; empty when all is well. */
  readonly wrong: readonly string[]
}

/** Waiting times in the proportions of a real shop, so short that everything has been tried again within seconds. */
const durations = {
  FOLLOW_UP_LEASE_SECONDS: '4',
  FOLLOW_UP_DELAYS_SECONDS: '1,2,2,3',
  FOLLOW_UP_EVERY_SECONDS: '1',
  STANDSTILL_DELAYS_SECONDS: '3,3,3,5',
  PROVIDER_TIMEOUT_MS: '2000',
  LOG_LEVEL: 'warn',
  // Every mail is counted at the end; one that is no longer kept would count as never sent.
  MAIL_CATCHER_KEPT: '100000',
}
const faultEveryMs = 2_500
const quietLimitMs = 120_000

/** The shop with all its processes, and what stands between them and their stores. */
const openShop = async (closing: (() => Promise<void>)[]) => {
  const isOurs = chosenEventStore(process.env).kind !== 'running'
  const eventStore = isOurs ? await ownEventStoreOfShop() : await eventStoreOfShop()
  if (eventStore === undefined) throw new Error('no event store')
  closing.push(() => eventStore.close())
  const beforeEventStore = await startBeforeEventStore(eventStore.url)
  const toEventStore = beforeEventStore.proxy
  closing.push(async () => toEventStore.close())
  const proxies: Proxy[] = []
  const running = await startRunningShop(durations, {
    eventStore: { ...eventStore, url: beforeEventStore.url },
    async databaseThrough(url) {
      const { proxy, url: through } = await startBefore(url, 5432)
      proxies.push(proxy)
      closing.push(async () => proxy.close())
      return through
    },
  })
  closing.push(() => running.stop())
  const [toDatabase] = proxies
  if (toDatabase === undefined) throw new Error('the shop has asked for no way to its database')
  return { running, eventStore: isOurs ? eventStore : undefined, direct: eventStore.url, toEventStore, toDatabase }
}

const untilQuiet = async (log: LogOfShop, keys: () => ReadonlySet<string>, running: RunningShop, load: Load) => {
  await until(
    'every order is at rest',
    async () => {
      const events = await log.read(keys())
      const standings = standingsOf(events)
      const [restless] = ordersComeToRest.whenQuiet?.({ events, standings }) ?? []
      const [wrong] = restless === undefined ? await wrongInReadModels(running, standings, load) : [restless]
      if (wrong !== undefined) throw new Error(wrong)
      return true
    },
    { limitMs: quietLimitMs, everyMs: 200 },
  )
}

const endedIn = (events: Log): Record<string, number> => {
  const states = [...standingsOf(events).values()].map(({ order }) => order.status).sort()
  return Object.fromEntries(
    [...Map.groupBy(states, (status) => status)].map(([status, { length }]) => [status, length]),
  )
}

const keptBy = (charges: readonly Charge[]): number =>
  charges.reduce((sum, { amount, refunded }) => sum + amount - refunded, 0)

/** The account book of our own streams, event by event. */
const keptInLog = (events: Log): number =>
  events.reduce((sum, { event }) => {
    switch (event.type) {
      case 'PaymentSucceeded':
      case 'DuplicateChargeDetected':
        return sum + event.amount
      case 'PaymentMismatchDetected':
        return sum + event.captured
      case 'RefundSucceeded':
        return sum - event.amount
      default:
        return sum
    }
  }, 0)

/** Customers order while processes are killed and stopped and connections are cut and delayed; then all must come to rest as it should. */
export const chaos = async ({
  seed,
  durationMs,
  ordersPerSecond,
  quietWithinMs,
  told = () => undefined,
}: ChaosOptions): Promise<ChaosReport> => {
  const random = createRandom(seed)
  const closing: (() => Promise<void>)[] = []
  try {
    const { running, eventStore, direct, toEventStore, toDatabase } = await openShop(closing)
    const second = await startSecondProcessors(running.shop)
    closing.push(() => second.stop())
    const log = await openLogOfShop(direct)
    closing.push(() => log.close())
    const counters = watchCounters(
      [running.shop.urls.processors, second.url],
      ['group_redelivered_total', 'group_held_back_total'],
    )
    closing.push(() => counters.stop())

    const load = await putUnderLoad(running, createRandom(seed + 1), { ordersPerSecond, durationMs })
    const keys = () =>
      new Set([...load.orderIds, ...load.skus.flatMap((sku) => [streams.product(sku), streams.stock(sku)])])
    const faults = await strikeUntil(
      faultsOf({ running, second, eventStore, toEventStore, toDatabase, random }),
      random,
      { endsAt: Date.now() + durationMs, everyMs: faultEveryMs, told },
    )
    const lastFaultAt = Date.now()
    told('no more faults')
    await load.over
    const wrong = [...load.failures]
    await untilQuiet(log, keys, running, load).catch((error: unknown) => {
      wrong.push(error instanceof Error ? error.message : String(error))
    })
    const quietAfterMs = Date.now() - lastFaultAt
    if (quietAfterMs > quietWithinMs) wrong.push(`quiet only after ${quietAfterMs} ms`)

    const events = await log.read(keys())
    await log.untilHandled()
    const charges = (await running.client.chargesMade()).filter(({ orderId }) => load.orderIds.includes(orderId))
    const captured = charges.filter(({ status }) => status === 'succeeded')
    const money = { provider: keptBy(captured), log: keptInLog(events) }
    if (money.provider !== money.log) wrong.push(`the provider keeps ${money.provider}, our streams say ${money.log}`)
    const mails = (await running.client.mails()).filter(({ to }) => to.some((address) => load.addresses.has(address)))
    const violations = checkLog({
      events,
      messages: mails.map(({ messageId, receivedAt }) => ({
        messageId: messageId.replace(/^<|@.*$/g, ''),
        at: Date.parse(receivedAt),
      })),
      books: {
        captures: captured.map(({ id, ...charge }) => ({ ...charge, providerPaymentId: id })),
        disputes: [],
        refunds: captured
          .filter(({ refunded }) => refunded > 0)
          .map(({ id, refunded }) => ({
            providerPaymentId: id,
            amount: refunded,
            status: 'succeeded',
          })),
        asked: [],
      },
    })
    wrong.push(...violations.map((violation) => `statement ${violation.statement}: ${violation.wrong}`))
    for (const group of serviceNames)
      for (const { key, reason } of await running.client.allDeadLetters(group))
        if (typeof key === 'string' && keys().has(key))
          wrong.push(`${group} has put aside an event of ${key}: ${JSON.stringify(reason)}`)
    await counters.stop()
    wrong.push(...counters.failures())
    return {
      seed,
      seconds: Math.round(durationMs / 1_000),
      orders: load.orderIds.length,
      ended: endedIn(events.filter(({ event }) => 'orderId' in event)),
      events: events.length,
      faults: Object.fromEntries([...faults].sort()),
      redelivered: counters.total('group_redelivered_total'),
      heldBack: counters.total('group_held_back_total'),
      looksMissed: counters.missed(),
      statements: statements.length,
      money,
      quietAfterMs,
      wrong,
    }
  } finally {
    for (const close of closing.reverse()) await close()
  }
}

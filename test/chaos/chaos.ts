import { openLogOfShop, type LogOfShop } from '../end-to-end/log-of-shop.ts'
import { orderNumberOf } from '../../domain/shared/ids.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { CaughtMail } from '../end-to-end/test-shop-client.ts'
import { serviceNames } from '../../processors/services.ts'
import { createRandom } from '../simulation/random.ts'
import { ordersComeToRest } from '../simulation/statements/05-orders-come-to-rest.ts'
import { statements } from '../simulation/statements/all.ts'
import { checkLog } from '../simulation/statements/check-log.ts'
import { standingsOf } from '../simulation/statements/standings.ts'
import type { Log } from '../simulation/statements/log.ts'
import { until } from '../support/until.ts'
import { bookOfStreams, differencesOf, keptIn, type Book } from './account-book.ts'
import { watchCounters } from './counters.ts'
import { faultsOf, strikeUntil } from './faults.ts'
import { putUnderLoad, type Load } from './load.ts'
import { createMoneyMoves } from './money-moves.ts'
import { foundByOwnComparison } from './own-comparison.ts'
import { openShopUnderChaos, type ShopUnderChaos } from './open-shop.ts'
import { bookOfProvider, type BooksThere, type ChaosProvider } from './provider.ts'
import { wrongInReadModels } from './read-models.ts'
import { sorted, type ChaosReport } from './report.ts'

export type ChaosOptions = {
  readonly provider: ChaosProvider
  readonly seed: number
  readonly durationMs: number
  readonly ordersPerSecond: number
  /** From the last fault until all is at rest, at most; more is wrong. */
  readonly quietWithinMs: number
  readonly told?: (line: string) => void
}

const faultEveryMs = 2_500
const quietLimitMs = 120_000

type Known = { readonly events: Log; readonly there: BooksThere; readonly books: { provider: Book; streams: Book } }

const look = async ({ provider }: ShopUnderChaos, log: LogOfShop, keys: ReadonlySet<string>): Promise<Known> => {
  const there = await provider.books()
  const events = await log.read(keys)
  return { events, there, books: { provider: bookOfProvider(there, keys), streams: bookOfStreams(events) } }
}

type Letter = { readonly group: string; readonly key: unknown; readonly reason: unknown }

const lettersOf = async ({ client }: ShopUnderChaos['running']): Promise<readonly Letter[]> => {
  const letters: Letter[] = []
  for (const group of serviceNames)
    for (const { key, reason } of await client.allDeadLetters(group)) letters.push({ group, key, reason })
  return letters
}

type End = Known & { readonly mails: readonly CaughtMail[]; readonly letters: readonly Letter[] }

/**
 * All that is asked for over the network, before anything is made of it. Minutes of orders are computed with for seconds, in which this
 * process hears of no connection that is closed: its next request on one fails, and is made again.
 */
const lookAtTheEnd = (shop: ShopUnderChaos, log: LogOfShop, keys: ReadonlySet<string>): Promise<End> =>
  until('all that it has come to is read', async () => ({
    ...(await look(shop, log, keys)),
    mails: await shop.running.client.mails(),
    letters: await lettersOf(shop.running),
  }))

/** Looked at until it is so; it is not said to be so before it is. */
const untilQuiet = (
  shop: ShopUnderChaos,
  log: LogOfShop,
  keys: () => ReadonlySet<string>,
  load: Load,
): Promise<boolean> =>
  until(
    'every order is at rest, and the books say the same',
    async () => {
      const { events, books } = await look(shop, log, keys())
      const standings = standingsOf(events)
      const [restless] = ordersComeToRest.whenQuiet?.({ events, standings }) ?? []
      const wrong = restless ?? differencesOf(books)[0] ?? (await wrongInReadModels(shop.running, standings, load))[0]
      if (wrong !== undefined) throw new Error(wrong)
      return true
    },
    { limitMs: quietLimitMs, everyMs: 200 },
  )

const endedIn = (events: Log): Record<string, number> => {
  const states = [...standingsOf(events).values()].map(({ order }) => order.status).sort()
  return Object.fromEntries(
    [...Map.groupBy(states, (status) => status)].map(([status, { length }]) => [status, length]),
  )
}

const violationsIn = ({ addresses, orderIds }: Load, { events, there, books, mails }: End): readonly string[] => {
  const numbers = new Set(orderIds.map(orderNumberOf))
  const isOfThese = ({ to, subject }: CaughtMail): boolean =>
    to.some((address) => addresses.has(address)) || numbers.has(/order (\w+)$/.exec(subject)?.[1] ?? '')
  const ids = new Set(books.provider.filter(({ of }) => of === 'charge').map(({ id }) => id))
  const ofThese = <Made extends { readonly chargeId: string }>(all: readonly Made[]) =>
    all.filter(({ chargeId }) => ids.has(chargeId)).map((made) => ({ ...made, providerPaymentId: made.chargeId }))
  return checkLog({
    events,
    messages: mails.filter(isOfThese).map(({ messageId, receivedAt }) => ({
      messageId: messageId.replace(/^<|@.*$/g, ''),
      at: Date.parse(receivedAt),
    })),
    books: {
      captures: there.charges
        .filter(({ id }) => ids.has(id))
        .map((charge) => ({ ...charge, providerPaymentId: charge.id })),
      refunds: ofThese(there.refunds),
      disputes: ofThese(there.disputes),
      asked: [],
    },
  }).map(({ statement, wrong }) => `statement ${statement}: ${wrong}`)
}

/** Of these keys, or told by the provider about one of these charges without naming an order. */
const putAside = (keys: ReadonlySet<string>, { events, books, letters }: End): readonly string[] => {
  const ids = new Set(books.provider.map(({ id }) => id))
  const told = events.flatMap(({ event, stream }) =>
    event.type === 'PaymentProviderEventReceived' && ids.has(event.providerPaymentId ?? '') ? [stream] : [],
  )
  const looked = new Set([...keys, ...told])
  return letters.flatMap(({ group, key, reason }) =>
    typeof key === 'string' && looked.has(key)
      ? [`${group} has put aside an event of ${key}: ${JSON.stringify(reason)}`]
      : [],
  )
}

/**
 * Customers order and pay, and others move their money, while processes are killed and stopped and connections are cut and delayed; then
 * all must come to rest as it should, and the provider's books say what our streams do.
 */
export const chaos = async ({
  provider: name,
  seed,
  durationMs,
  ordersPerSecond,
  quietWithinMs,
  told = () => undefined,
}: ChaosOptions): Promise<ChaosReport> => {
  const random = createRandom(seed)
  const closing: (() => Promise<void>)[] = []
  try {
    const shop = await openShopUnderChaos(name, seed, (close) => closing.push(close))
    const { running, second, provider, direct } = shop
    const log = await openLogOfShop(direct)
    closing.push(() => log.close())
    const counters = watchCounters(
      [running.shop.urls.processors, second.url],
      ['group_redelivered_total', 'group_held_back_total'],
    )
    closing.push(() => counters.stop())

    const begunAt = new Date()
    provider.begin()
    const endsAt = Date.now() + durationMs
    const moves = createMoneyMoves({ client: running.client, provider, random: createRandom(seed + 3), endsAt })
    const { methods } = provider
    const options = { ordersPerSecond, durationMs, methods, follow: moves.follow }
    const load = await putUnderLoad(running, createRandom(seed + 1), options)
    const keys = () =>
      new Set([...load.orderIds, ...load.skus.flatMap((sku) => [streams.product(sku), streams.stock(sku)])])
    const all = faultsOf({ ...shop, random, faults: provider.faults })
    const faults = await strikeUntil(all, random, { endsAt, everyMs: faultEveryMs, told })
    await load.over
    const lastFaultAt = Date.now()
    told('no more faults, and nobody moves any money')
    const wrong = [...load.failures]
    const note = (error: unknown) => {
      wrong.push(error instanceof Error ? error.message : String(error))
    }
    await provider.calm().catch(note)
    await untilQuiet(shop, log, keys, load).catch(note)
    const quietAfterMs = Date.now() - lastFaultAt
    if (quietAfterMs > quietWithinMs) wrong.push(`quiet only after ${quietAfterMs} ms`)

    await log.untilHandled()
    const known = await lookAtTheEnd(shop, log, keys())
    wrong.push(...(await foundByOwnComparison(shop, new Set(load.orderIds), begunAt)))
    await counters.stop()
    const differences = differencesOf(known.books)
    wrong.push(...differences, ...violationsIn(load, known), ...putAside(keys(), known))
    wrong.push(...counters.failures())
    const { books, events } = known
    return {
      provider: name,
      seed,
      seconds: Math.round(durationMs / 1_000),
      orders: load.orderIds.length,
      ended: endedIn(events.filter(({ event }) => 'orderId' in event)),
      events: events.length,
      faults: sorted(faults),
      troubles: sorted(provider.troubles()),
      moves: sorted(moves.counts()),
      redelivered: counters.total('group_redelivered_total'),
      heldBack: counters.total('group_held_back_total'),
      looksMissed: counters.missed(),
      statements: statements.length,
      books: {
        entries: { provider: books.provider.length, streams: books.streams.length },
        kept: { provider: keptIn(books.provider), streams: keptIn(books.streams) },
        differences: differences.length,
      },
      quietAfterMs,
      wrong,
    }
  } finally {
    for (const close of closing.reverse()) await close()
  }
}

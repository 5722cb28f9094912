import type { StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Kind } from './kinds.ts'
import { lifeRows, oneBatchRows, readMetrics, singleRows, type Metrics, type Row } from './rows.ts'
import type { CountedShop } from './shop.ts'

/** Counts by the name of their row. */
export type Counts = ReadonlyMap<string, number>

const shipTo = { name: 'Alice', street: 'Lindenweg 1', postalCode: '10115', city: 'Berlin', country: 'DE' }

const decisions = ['OrderConfirmed', 'OrderRejected', 'OrderCancelled']

/** Nobody but the shop takes part: other waits are for people. */
const decidedByItself: ReadonlySet<string> = new Set(['paid', 'declined', 'short'])

const difference = (rows: readonly Row[], before: Metrics, after: Metrics): Counts =>
  new Map(rows.map(({ name, of }) => [name, of(after) - of(before)]))

/** Products and stock; a first order, which finds nothing that a process remembers of the stock, is not counted. */
export const prepare = async (shop: CountedShop): Promise<void> => {
  for (const [sku, quantity] of [
    ['MUG', 1_000_000],
    ['TEA', 1_000_000],
    ['RARE', 1],
  ] as const) {
    await shop.admin
      .post('/v1/products', { sku, name: `The ${sku}`, price: { amount: 900, currency: 'EUR' } })
      .answers(201)
    await shop.operator.post(`/v1/inventory/${sku}/receipts`, { quantity, document: `opening-${sku}` }).answers(200)
  }
  await shop.quiet()
  await place(shop, 'warm-up', ['MUG', 'TEA'])
  await place(shop, 'warm-up, short', ['MUG', 'RARE'])
  await feed(shop, await shop.eventsAfter(undefined), 'one')
}

/** Gives the tables these events. */
const feed = async (
  { followUps, projections }: CountedShop,
  events: readonly StoredEvent[],
  batches: 'one' | 'single',
): Promise<void> => {
  for (const engine of [followUps, projections]) {
    const own = events.filter((event) => engine.reads(event))
    for (const batch of batches === 'one' ? [own] : own.map((event) => [event]))
      if (batch.length > 0) await engine.apply(batch)
  }
}

const place = async (
  shop: CountedShop,
  key: string,
  skus: readonly string[],
): Promise<{ orderId: string; waitsToAnswer: number }> => {
  const answer = await shop.customer
    .post(
      '/v1/orders',
      {
        lines: skus.map((sku, index) => ({ sku, quantity: index + 2 })),
        shipTo,
        contact: { email: 'alice@example.com' },
        payment: { method: 'card-ok' },
      },
      { 'Idempotency-Key': key.replaceAll(/\W/g, '-') },
    )
    .answers(201)
  const waitsToAnswer = shop.waitsOfLastAnswer()
  await shop.quiet()
  // As the API describes its answer.
  return { orderId: (answer.body as { readonly orderId: string }).orderId, waitsToAnswer }
}

/** Lives one order of this kind to its end and counts. `batches`: how its events come to the tables. */
export const countKind = async (
  shop: CountedShop,
  kind: Kind,
  round: string,
  batches: 'one' | 'single',
): Promise<Counts> => {
  const key = `${kind.name} ${round}`
  let skus: readonly string[] = ['MUG', 'TEA']
  let waitsToAnswer = 0
  let orderId = ''
  const began = await shop.head()
  let counted = began
  const placing = async () => {
    ;({ orderId, waitsToAnswer } = await place(shop, key, skus))
  }
  const life = {
    shop,
    place: async (given?: readonly string[]) => {
      skus = given ?? skus
      await placing()
      return orderId
    },
    placeAgain: placing,
    last: async (type: string): Promise<StoredEvent> => {
      const found = (await shop.eventsAfter(began)).findLast((event) => event.type === type)
      if (found === undefined) throw new Error(`${kind.name}: there is no ${type}`)
      return found
    },
  }
  if (kind.before !== undefined) {
    await kind.before(life)
    await feed(shop, await shop.eventsAfter(began), 'one')
    counted = await shop.head()
  }

  const before = await readMetrics(shop.registries)
  const linesBefore = shop.logLines()
  await kind.live(life)
  const lived = await readMetrics(shop.registries)
  const events = await shop.eventsAfter(counted)
  const all = await shop.eventsAfter(began)
  const missing = kind.ends.filter((type) => !all.some((event) => event.type === type))
  if (missing.length > 0)
    throw new Error(
      `${kind.name}: did not come to its end, without ${missing.join(', ')}; ${all.map(({ type }) => type).join(' ')}`,
    )

  await feed(shop, events, batches)
  const stored = await readMetrics(shop.registries)
  const decided = all.find(({ type }) => decisions.includes(type))
  return new Map([
    ...difference(lifeRows, before, lived),
    [
      'catch-up deliveries',
      [shop.followUps, shop.projections].reduce(
        (sum, engine) => sum + events.filter((event) => engine.reads(event)).length,
        0,
      ),
    ],
    ['log lines', shop.logLines() - linesBefore],
    ['waits in a row, to the answer', waitsToAnswer],
    ...(decidedByItself.has(kind.name) && decided !== undefined
      ? [['waits in a row, to the decision', shop.waits.until(decided.id)] as const]
      : []),
    ...difference(batches === 'one' ? oneBatchRows : singleRows, lived, stored),
  ])
}

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../embedded/ports.ts'
import { catalogue, seedCatalogue } from '../../embedded/shop/seed.ts'
import { portVariables, type Listener, type Ports } from '../../embedded/shop/settings.ts'
import { startShop, type Shop } from '../../embedded/shop/shop.ts'
import { developmentToken } from '../../embedded/shop/token.ts'
import type { Role } from '../../http-api/roles.ts'
import { testDatabase } from '../support/postgres.ts'
import { until } from '../support/until.ts'
import { eventStoreOfShop, type ShopEventStore } from './event-store-of-shop.ts'
import { testShopClient, type TestShopClient } from './test-shop-client.ts'

export type RunningShop = {
  readonly shop: Shop
  readonly client: TestShopClient
  readonly token: (sub: string, role: Role) => string
  /** The catalogue's SKU as this shop has it. */
  readonly sku: (name: string) => string
  /** Kills a process hard, and answers when the shop is ready with its successor. */
  kill(victim: 'processors' | 'event-store'): Promise<void>
  stop(): Promise<void>
}

/** For the hook that starts a shop. On a log that others have written, it works off what lies in front of its own events first. */
export const shopStartLimitMs = 900_000

/** Waiting times so short that a test need not wait for them, in the same proportions as in a real shop. */
const testDurations = {
  ORDER_DEADLINE_SECONDS: '90',
  ORDER_ACTION_EXTENSION_SECONDS: '60',
  ORDER_DEADLINE_STEP_SECONDS: '2',
  ORDER_DEADLINE_LIMIT_SECONDS: '120',
  FOLLOW_UP_DELAYS_SECONDS: '1,2,3,5',
  // Longer than a call of the provider may take; whoever is killed leaves one behind.
  FOLLOW_UP_LEASE_SECONDS: '15',
  PAYMENT_SLOW_MS: '500',
  PAYMENT_LATE_MS: '180000',
  RATE_LIMIT_PER_SECOND: '2000',
  RATE_LIMIT_BURST: '5000',
}

const anyPorts = async (): Promise<Ports> => {
  const listeners = Object.keys(portVariables) as Listener[]
  // One port for every listener, by construction.
  return Object.fromEntries(
    await Promise.all(listeners.map(async (listener) => [listener, await freePort()] as const)),
  ) as Ports
}

export type RunningShopOptions = {
  /** Instead of the one that the environment asks for. Ends with the shop. */
  readonly eventStore?: ShopEventStore
  /** The way the shop takes to its database. */
  readonly databaseThrough?: (url: string) => Promise<string>
  /** By which the first order is paid. */
  readonly method?: string
  /** Instead of any free ones. */
  readonly ports?: Partial<Ports>
}

/**
 * All processes of the shop, each its own, on free ports, with a new database and a data directory that is thrown away; the catalogue is
 * seeded under SKUs of its own, and one order has gone all the way. Its event store may hold anything, even orders that an earlier shop
 * has left in progress and that this one takes up: so a test looks at what it has made itself, and at nothing else.
 */
export const startRunningShop = async (
  environment: NodeJS.ProcessEnv = {},
  options: RunningShopOptions = {},
): Promise<RunningShop> => {
  const run = randomBytes(3).toString('hex').toUpperCase()
  const data = mkdtempSync(join(tmpdir(), 'shop-'))
  const { EVENTSTORE_URL: _chosenBelow, ...inherited } = process.env
  const deaths: string[] = []
  const closing: (() => Promise<void>)[] = [async () => rmSync(data, { recursive: true, force: true })]
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close()
  }
  try {
    const database = await testDatabase()
    closing.push(() => database.drop())
    const eventStore = options.eventStore ?? (await eventStoreOfShop())
    closing.push(async () => {
      await eventStore?.close()
    })
    const databaseUrl = (await options.databaseThrough?.(database.url)) ?? database.url
    const shop = await startShop({
      data,
      ports: { ...(await anyPorts()), ...options.ports },
      environment: {
        ...inherited,
        ...testDurations,
        ...environment,
        DATABASE_URL: databaseUrl,
        ...(eventStore === undefined ? {} : { EVENTSTORE_URL: eventStore.url }),
      },
      onDeath: ({ name, how }) => deaths.push(`${name}: ${how}`),
    })
    closing.push(() => shop.stop())
    await shop.untilReady()
    const token = (sub: string, role: Role): string => developmentToken(shop.secrets, { sub, role })
    const client = testShopClient(shop, token, run)
    const sku = (name: string): string => `${name}-${run}`
    const own = [
      ...catalogue,
      { sku: 'FIRST', name: 'For the first order', amount: 100, currency: 'EUR', stock: 1 },
    ].map((entry) => ({ ...entry, sku: sku(entry.sku) }))
    await seedCatalogue(shop.urls.commandApi, token('seed', 'admin'), own)
    await until(
      'the read models show the catalogue',
      async () => {
        for (const entry of own) if ((await client.stock(entry.sku)).onHand !== entry.stock) return undefined
        return true
      },
      { limitMs: shopStartLimitMs / 3, everyMs: 100 },
    )
    const first = await client.place('first', 'first', [{ sku: sku('FIRST'), quantity: 1 }], options.method)
    await client.orderThat(first, 'confirmed', ({ status }) => status === 'confirmed', shopStartLimitMs / 3)
    return {
      shop,
      client,
      token,
      sku,
      stop,
      async kill(victim) {
        if (victim === 'event-store' && eventStore !== undefined) await eventStore.kill()
        else shop.child(victim)?.kill()
        await shop.untilReady()
      },
    }
  } catch (error) {
    await stop()
    throw new Error(`the shop could not be started (deaths: ${deaths.join(', ') || 'none'})`, { cause: error })
  }
}

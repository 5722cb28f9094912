import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../embedded/shop/ports.ts'
import { catalogue, seedCatalogue } from '../../embedded/shop/seed.ts'
import { portVariables, type Listener, type Ports } from '../../embedded/shop/settings.ts'
import { startShop, type Shop } from '../../embedded/shop/shop.ts'
import { developmentToken, type Role } from '../../embedded/shop/token.ts'
import { testDatabase } from '../support/postgres.ts'
import { until } from '../support/until.ts'
import { testShopClient, type TestShopClient } from './test-shop-client.ts'

export type RunningShop = {
  readonly shop: Shop
  readonly client: TestShopClient
  token(sub: string, role: Role): string
  stop(): Promise<void>
}

/** Waiting times so short that a test need not wait for them, in the same proportions as in a real shop. */
const testDurations = {
  ORDER_DEADLINE_SECONDS: '90',
  ORDER_ACTION_EXTENSION_SECONDS: '60',
  ORDER_DEADLINE_STEP_SECONDS: '2',
  ORDER_DEADLINE_LIMIT_SECONDS: '120',
  FOLLOW_UP_DELAYS_SECONDS: '1,2,3,5',
  PAYMENT_SLOW_MS: '500',
  PAYMENT_LATE_MS: '180000',
  RATE_LIMIT_PER_SECOND: '2000',
  RATE_LIMIT_BURST: '5000',
}

const anyPorts = async (): Promise<Ports> => {
  const listeners = Object.keys(portVariables) as Listener[]
  const ports = new Set<number>()
  while (ports.size < listeners.length) ports.add(await freePort())
  const chosen = [...ports]
  // One port for every listener, by construction.
  return Object.fromEntries(listeners.map((listener, index) => [listener, chosen[index]])) as Ports
}

/** All processes of the shop, each its own, on free ports and a data directory that is thrown away; the catalogue is seeded. */
export const startRunningShop = async (environment: NodeJS.ProcessEnv = {}): Promise<RunningShop> => {
  const data = mkdtempSync(join(tmpdir(), 'shop-'))
  const database = await testDatabase()
  const deaths: string[] = []
  const { EVENTSTORE_URL: _notUsed, ...inherited } = process.env
  let shop: Shop | undefined
  const stop = async (): Promise<void> => {
    await shop?.stop()
    await database.drop()
    rmSync(data, { recursive: true, force: true })
  }
  try {
    shop = await startShop({
      data,
      ports: await anyPorts(),
      environment: { ...inherited, ...testDurations, ...environment, DATABASE_URL: database.url },
      onDeath: ({ name, how }) => deaths.push(`${name}: ${how}`),
    })
    const { secrets, urls } = shop
    await shop.untilReady()
    const token = (sub: string, role: Role): string => developmentToken(secrets, { sub, role })
    await seedCatalogue(urls.commandApi, token('seed', 'admin'))
    const client = testShopClient(shop, token)
    await until('the read models show the catalogue', async () => (await client.stockedSkus()) === catalogue.length || undefined)
    return { shop, client, token, stop }
  } catch (error) {
    await stop()
    throw new Error(`the shop could not be started (deaths: ${deaths.join(', ') || 'none'})`, { cause: error })
  }
}

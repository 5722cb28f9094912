import { streams } from '../../../domain/shared/streams.ts'
import { freePort } from '../../../embedded/ports.ts'
import { seedCatalogue } from '../../../embedded/shop/seed.ts'
import { standInKey, startStripe, type StripeStandIn } from '../../stripe/server.ts'
import { openLogOfShop, type LogOfShop } from '../log-of-shop.ts'
import { startRunningShop, type RunningShop } from '../running-shop.ts'
import { goods } from './goods.ts'
import { openLeasesOfShop, type LeasesOfShop } from './leases-of-shop.ts'
import { ordersInLog, type OrdersInLog } from './orders-in-log.ts'

export type ShopAtStripe = {
  readonly running: RunningShop
  readonly stripe: StripeStandIn
  readonly log: LogOfShop
  readonly orders: OrdersInLog
  readonly leases: LeasesOfShop
  stop(): Promise<void>
}

const secret = 'whsec_of_the_end_to_end_tests'

/**
 * Nobody gives up on a call that is held, no order comes to its deadline meanwhile, and what is due is taken up at once; but what was only
 * just asked for is left to whoever asked: one who follows it up and is held keeps the others waiting.
 */
const durations = {
  PROVIDER_TIMEOUT_MS: '300000',
  FOLLOW_UP_LEASE_SECONDS: '400',
  ORDER_DEADLINE_SECONDS: '3600',
  ORDER_ACTION_EXTENSION_SECONDS: '600',
  ORDER_DEADLINE_LIMIT_SECONDS: '7200',
  FOLLOW_UP_DELAYS_SECONDS: '3,0.5',
  FOLLOW_UP_EVERY_SECONDS: '0.25',
  FOLLOW_UP_CALLS_PER_SECOND: '500',
  RECONCILE_EVERY_SECONDS: '3600',
}

/** The shop with all its processes, paid by Stripe's stand-in, and what the rows of a payment sell. */
export const startShopAtStripe = async (): Promise<ShopAtStripe> => {
  const closing: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close()
  }
  try {
    const port = await freePort()
    const stripe = await startStripe({ webhook: { url: `http://127.0.0.1:${port}/v1/webhooks/stripe`, secret } })
    closing.push(() => stripe.close())
    const running = await startRunningShop(
      {
        PAYMENT_PROVIDER: 'stripe',
        STRIPE_SECRET_KEY: standInKey,
        STRIPE_WEBHOOK_SECRET: secret,
        STRIPE_API_BASE: stripe.url,
        ...durations,
      },
      { method: 'pm_card_visa', ports: { 'command-api': port } },
    )
    closing.push(() => running.stop())
    const log = await openLogOfShop(running.shop.eventStoreUrl)
    closing.push(() => log.close())
    const orders = ordersInLog(log, () => stripe.events.all().map(({ id }) => streams.paymentWebhook('stripe', id)))
    closing.push(() => orders.close())
    const leases = await openLeasesOfShop(running.shop.databaseUrl)
    closing.push(() => leases.close())
    const { sku } = running
    const entries = goods.map((entry) => ({ ...entry, sku: sku(entry.sku) }))
    for (const entry of entries) {
      orders.add(streams.stock(entry.sku))
      orders.add(streams.product(entry.sku))
    }
    await seedCatalogue(running.shop.urls.commandApi, running.token('ada', 'admin'), entries)
    return { running, stripe, log, orders, leases, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

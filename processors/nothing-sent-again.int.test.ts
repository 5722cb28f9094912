import { expect } from 'chai'
import { startEventStore, type EventStore as Server } from 'eventstoredb-compatible-server/source'
import { shopEvents } from '../domain/registry.ts'
import { startMailCatcher, type RunningMailCatcher } from '../embedded/mail-catcher/server.ts'
import { connectEventStore } from '../infrastructure/event-store/adapter.ts'
import { createCodec } from '../infrastructure/event-store/codec.ts'
import { createCommandHandling } from '../infrastructure/event-store/handle-command.ts'
import { silentLogger } from '../infrastructure/observability/logger.ts'
import { rebuildTables } from '../infrastructure/projections/tool/rebuild-tables.ts'
import { openTables } from '../infrastructure/projections/tables.ts'
import { shopProjections } from '../projections/registry.ts'
import { catchUpSource } from '../projections/source.ts'
import { deleteGroups } from '../test/contract/delete-groups.ts'
import { openLogOfShop, type LogOfShop } from '../test/end-to-end/log-of-shop.ts'
import { migratedDatabase, type MigratedDatabase } from '../test/processors/database.ts'
import { ordersInStore } from '../test/processors/orders-in-store.ts'
import { startProcessorsProcess, type StartedProcess } from '../test/processors/started-process.ts'
import { startTwilio } from '../test/processors/twilio-stand-in.ts'
import { ordersComeToRest } from '../test/simulation/statements/05-orders-come-to-rest.ts'
import { standingsOf } from '../test/simulation/statements/standings.ts'
import { standInKey, startStripe, type StripeStandIn } from '../test/stripe/server.ts'
import { until } from '../test/support/until.ts'
import { followUpFolds, followUpSource } from './follow-ups/folds.ts'
import { serviceNames } from './services.ts'

const codec = createCodec(shopEvents)
const twilioAccount = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'token' }
const customer = (name: string, phone: string) => ({
  contact: { email: `${name}@example.org`, phone, channels: ['email', 'sms'] as ('email' | 'sms')[] },
})
const first = customer('ann', '+4917010000001')

/** All processors as a process of their own; mail, SMS and money at the wire, where everything that comes is counted. */
describe('what was sent and paid once', function () {
  this.timeout(120_000)
  const sku = 'TEA'
  let server: Server
  let store: Awaited<ReturnType<typeof connectEventStore>>
  let shop: ReturnType<typeof ordersInStore>
  let log: LogOfShop
  let database: MigratedDatabase
  let mails: RunningMailCatcher
  let twilio: Awaited<ReturnType<typeof startTwilio>>
  let stripe: StripeStandIn
  let processors: StartedProcess
  const orderIds = new Set<string>()

  const start = () =>
    startProcessorsProcess({
      EVENTSTORE_URL: server.url,
      DATABASE_URL: database.url,
      PAYMENT_PROVIDER: 'stripe',
      STRIPE_SECRET_KEY: standInKey,
      STRIPE_RETURN_URL: 'https://shop.example/paid',
      STRIPE_API_BASE: stripe.url,
      SMTP_URL: mails.smtpUrl,
      SMS_PROVIDER: 'twilio',
      SMS_FROM: '+4915100000000',
      TWILIO_ACCOUNT_SID: twilioAccount.accountSid,
      TWILIO_AUTH_TOKEN: twilioAccount.authToken,
      TWILIO_URL: twilio.url,
      // Whatever was forgotten would be taken up at once.
      FOLLOW_UP_DELAYS_SECONDS: '0.2',
      FOLLOW_UP_EVERY_SECONDS: '0.1',
      STANDSTILL_DELAYS_SECONDS: '0.5',
    })

  /** All that has come at the wire, one line for each. */
  const seen = async () => {
    const { items } = (await (await fetch(`${mails.url}/v1/mails`)).json()) as { items: { to: string[] }[] }
    return {
      mails: items.flatMap(({ to }) => to),
      // A look before a message is a call as well.
      sms: twilio.calls.map((method) => `${method} by SMS`),
      smsTo: twilio.forms.map(({ To: to = '' }) => to),
      payments: stripe.seen().map(({ method, path }) => `${method} ${path}`),
    }
  }
  const place = async (of: ReturnType<typeof customer>, paymentMethod = 'pm_card_visa') => {
    const orderId = await shop.place(sku, { ...of, paymentMethod })
    orderIds.add(orderId)
    return orderId
  }
  const untilAtRest = async () => {
    await until(
      'every order has come to rest',
      async () => {
        if (processors.child.exitCode !== null) throw new Error(`ended: ${processors.output()}`)
        const events = await log.read(orderIds)
        const [restless] = ordersComeToRest.whenQuiet?.({ events, standings: standingsOf(events) }) ?? []
        if (restless !== undefined) throw new Error(restless)
        return true
      },
      { limitMs: 60_000, everyMs: 50 },
    )
    await log.untilHandled()
  }
  /** What comes after it: an order of another customer, who is told and charged as any; and nothing else. */
  const expectOnly = async (before: Awaited<ReturnType<typeof seen>>, name: string, phone: string) => {
    await place(customer(name, phone))
    await untilAtRest()
    const after = await seen()
    expect(
      Object.fromEntries(
        (Object.keys(after) as (keyof typeof after)[]).map((what) => [
          what,
          // The catcher has the newest first.
          what === 'mails'
            ? after.mails.slice(0, after.mails.length - before.mails.length)
            : after[what].slice(before[what].length),
        ]),
      ),
    ).to.deep.equal({
      mails: [`${name}@example.org`, `${name}@example.org`],
      sms: ['POST by SMS', 'POST by SMS'],
      smsTo: [phone, phone],
      payments: ['POST /v1/payment_intents'],
    })
  }

  before(async () => {
    ;[server, database, mails, twilio, stripe] = await Promise.all([
      startEventStore({ port: 0, data: 'memory' }),
      migratedDatabase(),
      startMailCatcher({ smtpPort: 0, httpPort: 0 }),
      startTwilio(twilioAccount),
      startStripe(),
    ])
    // Empty, and as the projections make them: they are not started here.
    await openTables(database.pool, shopProjections)
    store = await connectEventStore({ url: server.url })
    shop = ordersInStore(createCommandHandling({ store, codec }))
    log = await openLogOfShop(server.url)
    processors = await start()
    await shop.receive(sku, 20)
    await place(first)
    await place(first, 'pm_card_visa_chargeDeclined')
    const cancelled = await place(first)
    await untilAtRest()
    await shop.cancel(cancelled)
    await untilAtRest()
    const { mails: told, sms, payments } = await seen()
    // Received three times, confirmed twice, rejected, cancelled, refunded; three charges and a refund.
    expect([told.length, sms.length, payments.length]).to.deep.equal([8, 8, 4])
  })
  after(async () => {
    processors.child.kill('SIGKILL')
    await log.close()
    await store.dispose()
    await Promise.all([server.stop(), database.close(), mails.stop(), twilio.stop(), stripe.close()])
  })

  const rebuilt = (projections: typeof shopProjections, sourceOf: typeof catchUpSource) =>
    rebuildTables(projections, {
      decoder: codec,
      sourceOf,
      store,
      pool: database.pool,
      databaseUrl: database.url,
      logger: silentLogger,
      signal: new AbortController().signal,
      setsAside: false,
      onProgress: () => undefined,
    })

  it('is not sent or paid again when all tables are built anew, those of the follow-ups too', async () => {
    const before = await seen()
    const results = [
      ...(await rebuilt(shopProjections, catchUpSource)),
      ...(await rebuilt(followUpFolds, (of, logger) => followUpSource(of, logger, 0))),
    ]
    expect(results.filter((result) => 'failed' in result)).to.deep.equal([])
    expect((await database.pool.query('select 1 from orders')).rows).to.have.length(3)
    await expectOnly(before, 'bob', '+4917010000002')
  })

  it('is not sent or paid again when the groups are lost, and made anew give the whole log', async () => {
    const before = await seen()
    await deleteGroups(server.url, serviceNames)
    await expectOnly(before, 'cleo', '+4917010000003')
  })

  it('is not sent or paid again when the database is lost as well, with every mark in it', async () => {
    const before = await seen()
    processors.child.kill('SIGKILL')
    await processors.ended
    await deleteGroups(server.url, serviceNames)
    await database.close()
    database = await migratedDatabase({ made: 'now' })
    processors = await start()
    await expectOnly(before, 'dora', '+4917010000004')
  })
})

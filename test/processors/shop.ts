import type { Contact } from '../../domain/orders/events.ts'
import type { OrderCommand } from '../../domain/orders/commands.ts'
import { orderDecider } from '../../domain/orders/order.ts'
import { stockDecider } from '../../domain/inventory/stock.ts'
import { shopEvents, type ShopEvent } from '../../domain/registry.ts'
import { streams } from '../../domain/shared/streams.ts'
import { uuidv5 } from '../../domain/shared/ids.ts'
import { createCodec, type Recorded } from '../../infrastructure/event-store/codec.ts'
import type { CommandContext } from '../../infrastructure/event-store/command-context.ts'
import { createCommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import type { StoredEvent } from '../../infrastructure/event-store/port.ts'
import { createTurns, type Turns } from '../../infrastructure/time/turns.ts'
import type { Outcome } from '../../infrastructure/subscriptions/outcome.ts'
import { buildProcessors } from '../../processors/build.ts'
import { notedWrites } from '../../processors/follow-ups/noted-writes.ts'
import type { Mail } from '../../processors/notifications/mail.ts'
import type { Sms } from '../../processors/notifications/sms.ts'
import { schedule } from '../../processors/perform/schedule.ts'
import type { ServiceName } from '../../processors/services.ts'
import { createInMemoryStore, type InMemoryStore } from '../simulation/in-memory-store.ts'
import type { ProviderState } from '../../processors/follow-ups/asking-turn.ts'
import { fakeProvider, type FakeProvider } from './fake-provider.ts'
import { followUpsOfShop } from './follow-ups-of-shop.ts'
import { inMemoryLeases } from './in-memory-leases.ts'
import { inMemoryFollowUps } from './in-memory-follow-ups.ts'
import { Crash, createStops } from './stops.ts'

export const orderId = '11111111-1111-4111-8111-111111111111'
export const groups: readonly ServiceName[] = ['order', 'inventory', 'payment', 'notification']

const unlimited = () => createTurns(Infinity, { now: () => 0, sleep: async () => undefined })

/**
 * All services over a store in memory, with a clock that stands still until it is moved. `filled`: the store of another shop, whose
 * processes have all gone, and what they remembered and marked with them.
 */
export const createShop = (
  filled?: InMemoryStore,
  { turns = unlimited(), provider = fakeProvider() }: { readonly turns?: Turns; readonly provider?: FakeProvider } = {},
) => {
  let time = Date.parse('2026-01-05T09:00:00.000Z')
  let ids = 0
  const now = () => new Date(time)
  const newId = () => uuidv5(`fresh ${(ids += 1)}`)

  /** Until what has been begun has come to its end: nothing here waits for anything outside this process. */
  const idle = async () => {
    while (processors.performing.underWay() > 0)
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
  }
  const stops = createStops(idle)

  const codec = createCodec(shopEvents)
  const store =
    filled ??
    createInMemoryStore({
      now,
      yield: (step) => stops.step(step),
    })
  const { commands, noteWrites } = notedWrites(
    createCommandHandling({ store, codec, random: () => 0, sleep: async () => undefined }),
  )
  const leases = inMemoryLeases({ now, leaseMs: 60_000 })
  const followUps = inMemoryFollowUps(leases)
  let providerState: () => ProviderState = () => 'closed'
  const sent: Mail[] = []
  const sentSms: Sms[] = []
  /** What becomes of the next messages, of whichever kind; others are sent. */
  const troubles: Error[] = []
  const sending = <Message>(kind: string, messages: Message[]) => ({
    send: async (message: Message) => {
      const trouble = troubles.shift()
      if (trouble !== undefined) throw trouble
      messages.push(message)
      return { providerMessageId: `${kind}-${messages.length}` }
    },
  })
  const dueAgain = schedule([30_000, 120_000, 600_000, 3_600_000], () => 0)
  const limit = <Answer>(call: (signal: AbortSignal) => Promise<Answer>) => call(new AbortController().signal)
  const common = { commands, leases, provider, limit, dueAgain, newId, now }
  const stopping = new AbortController()
  const draining = stopping.signal
  const warnings: string[] = []
  const failures: unknown[] = []
  const processors = buildProcessors({
    ...common,
    store,
    codec,
    mail: sending('mail', sent),
    operatorEmail: 'operators@shop.example',
    idempotencyKeyTtlMs: 24 * 3_600_000,
    callsAtOnce: { payment: 10, refund: 10, notification: 10 },
    draining,
    sms: sending('sms', sentSms),
    warn: (message) => {
      warnings.push(message)
    },
    failed: (message, error) => {
      if (!(error instanceof Crash)) failures.push(`${message}: ${String(error)}`)
    },
  })
  const passes = followUpsOfShop({
    turns,
    providerState: () => providerState(),
    ...common,
    store,
    due: followUps,
    processors,
    noteWrites,
    draining,
    failures,
    idle,
  })

  const decode = (stored: StoredEvent): Recorded<ShopEvent> => {
    const recorded = codec.decode(stored)
    if (recorded === undefined) throw new Error(`${stored.type} is not known`)
    return recorded
  }
  store.onAppended((events) => {
    for (const stored of events) followUps.apply(decode(stored))
  })

  const context = (): CommandContext => {
    const commandId = newId()
    return { commandId, correlationId: orderId, causationId: commandId, actor: { type: 'customer', id: 'ann' }, now }
  }
  const command = async (asked: OrderCommand) => {
    await commands.handle(orderDecider, streams.order(asked.orderId), asked, context())
  }
  const lost = new Set<string>()
  const seen = new Map<string, number>(groups.map((group) => [group, 0]))

  const shop = {
    store,
    commands,
    leases,
    followUps,
    provider,
    sent,
    sentSms,
    troubles,
    processors,
    failures,
    warnings,
    ...passes,
    /** Of the breaker in front of it. */
    setProvider: (state: () => ProviderState) => {
      providerState = state
    },
    drain: () => {
      stopping.abort()
    },
    context,
    command,
    advance: (milliseconds: number) => {
      time += milliseconds
    },
    now,
    async stock(sku: string, quantity: number) {
      await commands.handle(
        stockDecider,
        streams.stock(sku),
        { type: 'ReceiveStock', sku, quantity, document: `for ${sku}` },
        context(),
      )
    },
    place: (quantities: Readonly<Record<string, number>>, id = orderId, contact: Omit<Contact, 'email'> = {}) =>
      command({
        type: 'PlaceOrder',
        orderId: id,
        number: 'ABC1234567',
        customerId: 'ann',
        currency: 'EUR',
        requestHash: 'hash',
        paymentMethod: 'card-ok',
        lines: Object.entries(quantities).map(([sku, quantity]) => ({ sku, quantity, name: sku, unitPrice: 500 })),
        shipTo: { name: 'Ann', street: 'Street 1', postalCode: '1000', city: 'City', country: 'DE' },
        contact: { email: 'ann@mail.example', ...contact },
      }),
    /** Types in a stream, oldest first. */
    types: (stream: string) => store.log.filter((event) => event.stream === stream).map(({ type }) => type),
    ofStream: (stream: string) =>
      store.log.filter((event) => event.stream === stream).map((stored) => decode(stored).event),
    last: (type: string): StoredEvent => {
      const found = store.log.findLast((event) => event.type === type)
      if (found === undefined) throw new Error(`there is no ${type}`)
      return found
    },
    /** And waits for what has been begun by that. */
    deliver: async (group: ServiceName, stored: StoredEvent): Promise<Outcome> => {
      const outcome = await processors.handlers[group](stored)
      await idle()
      return outcome
    },
    idle,
    /** Events of this type are given to nobody from here on. */
    lose: (type: string) => {
      lost.add(type)
    },
    /** Delivers to these groups what they have not seen, until nothing new comes. */
    async run(...to: readonly ServiceName[]) {
      const served = to.length === 0 ? groups : to
      for (let before = -1; before !== store.log.length;) {
        before = store.log.length
        for (const group of served) {
          for (let index = seen.get(group) ?? 0; index < store.log.length; index += 1) {
            const stored = store.log[index]
            if (stored !== undefined && !lost.has(stored.type)) await shop.deliver(group, stored)
            seen.set(group, index + 1)
          }
        }
      }
    },
    steps: stops.steps,
    stoppedAt: stops.stoppedAt.bind(stops),
  }
  return shop
}

export type Shop = ReturnType<typeof createShop>

/**
 * On a new shop each time: stops `work` at its first step, its second, … and runs it again to its end. Answers the shops, one for each
 * step; the last is the one that was not stopped.
 */
export const stoppedEverywhere = async (
  prepare: () => Promise<Shop>,
  work: (shop: Shop) => Promise<unknown>,
): Promise<readonly Shop[]> => {
  const shops: Shop[] = []
  for (let stopped = true; stopped;) {
    const shop = await prepare()
    stopped = await shop.stoppedAt(shops.length, () => work(shop))
    if (stopped) await work(shop)
    shops.push(shop)
  }
  return shops
}

/** What is in the store, without ids and times. */
export const contentOf = ({ store }: Shop) => store.log.map(({ stream, type, data }) => ({ stream, type, data }))

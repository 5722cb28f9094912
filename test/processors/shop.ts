import type { Contact } from '../../domain/orders/events.ts'
import type { OrderCommand } from '../../domain/orders/commands.ts'
import { usualDeadlines } from '../../domain/orders/deadline.ts'
import { orderDecider } from '../../domain/orders/order.ts'
import { stockDecider } from '../../domain/inventory/stock.ts'
import { shopEvents, type ShopEvent } from '../../domain/registry.ts'
import { streams } from '../../domain/shared/streams.ts'
import { uuidv5 } from '../../domain/shared/ids.ts'
import { createCodec, type Recorded } from '../../infrastructure/event-store/codec.ts'
import type { CommandContext } from '../../infrastructure/event-store/command-context.ts'
import { createCommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import type { StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Pace } from '../../infrastructure/time/pace.ts'
import type { Outcome } from '../../infrastructure/subscriptions/outcome.ts'
import { buildProcessors } from '../../processors/build.ts'
import { createDeadline } from '../../processors/follow-ups/deadline.ts'
import type { StandingOrder } from '../../processors/follow-ups/due.ts'
import { createDuePasses } from '../../processors/follow-ups/due-worker.ts'
import { createProgressPass } from '../../processors/follow-ups/progress-pass.ts'
import { createProgress, type Driven } from '../../processors/follow-ups/progress.ts'
import { notedWrites } from '../../processors/follow-ups/noted-writes.ts'
import type { Mail } from '../../processors/notifications/mail.ts'
import type { Sms } from '../../processors/notifications/sms.ts'
import { outcomeContext } from '../../processors/perform/outcome-context.ts'
import { schedule } from '../../processors/perform/schedule.ts'
import type { ServiceName } from '../../processors/services.ts'
import { createInMemoryStore, type InMemoryStore } from '../simulation/in-memory-store.ts'
import { fakeProvider } from './fake-provider.ts'
import { inMemoryLeases } from './in-memory-leases.ts'
import { inMemoryFollowUps } from './in-memory-follow-ups.ts'

export const orderId = '11111111-1111-4111-8111-111111111111'
export const groups: readonly ServiceName[] = ['order', 'inventory', 'payment', 'notification']

const minute = 60_000

export class Crash extends Error {
  override readonly name = 'Crash'
}

/**
 * All services over a store in memory, with a clock that stands still until it is moved. `filled`: the store of another shop, whose
 * processes have all gone, and what they remembered and marked with them.
 */
export const createShop = (filled?: InMemoryStore, { turn = async () => undefined }: { readonly turn?: Pace } = {}) => {
  let time = Date.parse('2026-01-05T09:00:00.000Z')
  let ids = 0
  /** Whether the store stops whoever asks it for this step. */
  let stops: (step: string) => boolean = () => false
  let crashed = false
  const steps: string[] = []
  const now = () => new Date(time)
  const newId = () => uuidv5(`fresh ${(ids += 1)}`)

  const codec = createCodec(shopEvents)
  const store =
    filled ??
    createInMemoryStore({
      now,
      yield: async (step) => {
        steps.push(step)
        if (!stops(step)) return
        crashed = true
        throw new Crash()
      },
    })
  const { commands, noteWrites } = notedWrites(
    createCommandHandling({ store, codec, random: () => 0, sleep: async () => undefined }),
  )
  const leases = inMemoryLeases({ now, leaseMs: 60_000 })
  const followUps = inMemoryFollowUps(leases)
  const provider = fakeProvider()
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
  const parked = new Set<string>()
  const alerts: string[] = []
  const deadline = createDeadline({
    charge: processors.charge,
    turn,
    ...common,
    settings: usualDeadlines,
    contextOf: outcomeContext('order', newId, now),
    store,
    isParked: async (group) => parked.has(group),
    alert: (message) => {
      alerts.push(message)
    },
  })
  const passes = createDuePasses({
    turn,
    due: followUps,
    perform: processors.performing.perform,
    deadline,
    settings: usualDeadlines,
    firstDelayMs: 30_000,
    now,
    deadlinesAtOnce: 100,
    worthTrying: () => 100,
    draining,
    failed: (_message, { error }) => {
      failures.push(error)
    },
  })

  /** Events from here on the groups have still before them; undefined: they have handled all that they ever will. */
  let behindFrom: StoredEvent | undefined
  const driven: Driven[] = []
  const handledUpTo = async () => {
    const at = behindFrom === undefined ? store.log.length : store.log.indexOf(behindFrom)
    return store.log[at - 1]?.position
  }
  const progress = createProgress({
    store,
    leases,
    services: processors.services,
    handOver: async (group, event) => processors.handlers[group](event, { retryCount: 1 }),
    noteWrites,
    isParked: async (group) => parked.has(group),
    firstDelayMs: minute,
    longestDelayMs: 60 * minute,
    dueAgain: schedule([5 * minute, 30 * minute, 60 * minute], () => 0),
    now,
    draining,
    report: (_order, what) => {
      driven.push(what)
    },
  })
  const driveOn = createProgressPass({
    due: followUps,
    progress,
    handledUpTo,
    firstDelayMs: minute,
    now,
    atOnce: 10,
    draining,
    failed: (_message, { error }) => {
      if (!(error instanceof Crash)) failures.push(error)
    },
  })

  /** One after another, in a fixed order. */
  const pass = async () => {
    let takenUp = 0
    for (const one of Object.values(passes)) takenUp += await one()
    return takenUp
  }

  const decode = (stored: StoredEvent): Recorded<ShopEvent> => {
    const recorded = codec.decode(stored)
    if (recorded === undefined) throw new Error(`${stored.type} is not known`)
    return recorded
  }
  store.onAppended((events) => {
    for (const stored of events) followUps.apply(decode(stored))
  })

  /** Until what has been begun has come to its end: nothing here waits for anything outside this process. */
  const idle = async () => {
    while (processors.performing.underWay() > 0)
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
  }

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
    settings: usualDeadlines,
    provider,
    sent,
    sentSms,
    troubles,
    processors,
    deadline,
    failures,
    warnings,
    passes,
    pass,
    drain: () => {
      stopping.abort()
    },
    progress: (order: StandingOrder) => progress(order, handledUpTo),
    /** One pass over the orders that stand still. */
    driveOn: async () => {
      const count = await driveOn()
      await idle()
      return count
    },
    /** What came of those, the oldest first. */
    driven,
    fallBehind: (from: StoredEvent | undefined) => {
      behindFrom = from
    },
    context,
    command,
    advance: (milliseconds: number) => {
      time += milliseconds
    },
    now,
    /** Every event that the group has not handled stands in front of a person. */
    park: (group: ServiceName) => {
      parked.add(group)
    },
    settle: (group: ServiceName) => {
      parked.delete(group)
    },
    alerts,

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
    /** What the store has been asked for: `read order-…`, `append …`, and `appended …` when it is about to answer. */
    steps,
    /** Stops `work` at the store's n-th step from here, or at the first of these, and at each after it. False when it came to its end. */
    async stoppedAt(where: number | ((step: string) => boolean), work: () => Promise<unknown>): Promise<boolean> {
      let seen = 0
      let stopped = false
      stops = (step) => (stopped ||= typeof where === 'number' ? seen++ === where : where(step))
      crashed = false
      try {
        await work()
      } catch (error) {
        if (!(error instanceof Crash)) throw error
      } finally {
        await idle()
        stops = () => false
      }
      // Also when it was what nobody waits for that came to nothing.
      return crashed
    },
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

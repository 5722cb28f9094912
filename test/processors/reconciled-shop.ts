import { randomUUID } from 'node:crypto'
import { startPaymentProvider, type RunningPaymentProvider } from '../../embedded/payment-provider/server.ts'
import type { ProviderOutcome } from '../../domain/payments/commands.ts'
import { paymentDecider } from '../../domain/payments/payment.ts'
import { shopEvents } from '../../domain/registry.ts'
import { paymentIdOf } from '../../domain/shared/ids.ts'
import { streams } from '../../domain/shared/streams.ts'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import type { Position } from '../../infrastructure/event-store/position.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import { createCommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import { openTables } from '../../infrastructure/projections/tables.ts'
import { mockPaymentProvider } from '../../payment-providers/mock/provider.ts'
import type { ConnectedProvider } from '../../payment-providers/port.ts'
import { followUpFolds } from '../../processors/follow-ups/folds.ts'
import { paymentKey } from '../../processors/perform/intent.ts'
import { postgresMarks } from '../../processors/reconciliation/marks.ts'
import { createReconcile, type ReconcileOptions } from '../../processors/reconciliation/reconcile.ts'
import { testEventStore } from '../support/event-store.ts'
import { migratedDatabase } from './database.ts'
import { ordersInStore } from './orders-in-store.ts'

export type OrderOfShop = { readonly orderId: string; readonly paymentId: string; readonly refundId: string }

const never = new AbortController().signal
const startProvider = () =>
  startPaymentProvider({ port: 0, webhookUrl: 'http://127.0.0.1:1/', webhookSecret: 'secret' })

/** Payments as they stand after whatever was lost between the provider and us: no process runs, and each step is taken by its own. */
export const reconciledShop = async () => {
  const database = await migratedDatabase()
  await openTables(database.pool, followUpFolds)
  const server = await testEventStore()
  const store = await connectEventStore({ url: server.url })
  const codec = createCodec(shopEvents)
  const commands = createCommandHandling({ store, codec })
  const orders = ordersInStore(commands)
  const now = () => new Date()
  let running: RunningPaymentProvider = await startProvider()
  let provider: ConnectedProvider = mockPaymentProvider({ url: running.url, breakerPauseMs: 1 })
  let since = now()
  let mine: string[] = []
  const idsThere = new Map<string, string>()

  const orderWith = (orderId: string): OrderOfShop => {
    mine.push(orderId)
    return { orderId, paymentId: paymentIdOf(orderId), refundId: randomUUID() }
  }
  const handle = async (orderId: string, command: Parameters<typeof paymentDecider.decide>[0]) => {
    const commandId = randomUUID()
    await commands.handle(paymentDecider, streams.payment(orderId), command, {
      commandId,
      correlationId: orderId,
      causationId: commandId,
      actor: { type: 'system', id: 'test' },
      now,
    })
  }
  const post = async (path: string, key: string, body: object): Promise<string> => {
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': key }
    const response = await fetch(`${running.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    const { id } = (await response.json()) as { id?: string }
    if (id === undefined) throw new Error(`${path} answered ${response.status}`)
    return id
  }

  const shop = {
    marks: postgresMarks(database.pool),
    /** Types of the events of all payments since everything was forgotten, order by order. */
    async events(): Promise<readonly string[]> {
      const types: string[] = []
      for (const orderId of mine)
        for await (const { type } of store.readStream(streams.payment(orderId))) types.push(type)
      return types
    },
    async placed(): Promise<OrderOfShop> {
      return orderWith(await orders.place('A'))
    },
    unknownOrder: (): OrderOfShop => orderWith(randomUUID()),
    async requested(): Promise<OrderOfShop> {
      const order = orderWith(randomUUID())
      const payable = { amount: 1_000, currency: 'EUR', method: 'card-ok', closed: false }
      await handle(order.orderId, {
        type: 'RequestPayment',
        orderId: order.orderId,
        paymentId: order.paymentId,
        order: payable,
      })
      return order
    },
    /** At the provider alone. Answers its id. */
    async charge(
      { orderId, paymentId }: OrderOfShop,
      { method = 'card-ok', amount = 1_000, currency = 'EUR', key = 'first' } = {},
    ): Promise<string> {
      const id = await post('/v1/charges', `${paymentId}-${key}`, { orderId, paymentId, amount, currency, method })
      idsThere.set(orderId, id)
      return id
    },
    record: ({ orderId, paymentId }: OrderOfShop, outcome: ProviderOutcome) =>
      handle(orderId, { type: 'RecordPaymentOutcome', orderId, paymentId, outcome }),
    async paid(): Promise<OrderOfShop> {
      const order = await shop.requested()
      const providerPaymentId = await shop.charge(order)
      await shop.record(order, { kind: 'succeeded', providerPaymentId, amount: 1_000, currency: 'EUR' })
      return order
    },
    askRefund: ({ orderId, refundId }: OrderOfShop, amount: number) =>
      handle(orderId, { type: 'RefundPayment', orderId, refundId, amount, currency: 'EUR', reason: 'broken' }),
    /** At the provider alone. Answers its id. */
    refundThere: ({ orderId }: OrderOfShop, asked: { readonly refundId: string; readonly amount: number }) =>
      post('/v1/refunds', `${orderId}-${asked.refundId}`, {
        ...asked,
        providerPaymentId: idsThere.get(orderId),
        attempt: 1,
        currency: 'EUR',
      }),
    recordRefund: ({ orderId, refundId }: OrderOfShop, providerRefundId: string) =>
      handle(orderId, {
        type: 'RecordRefundOutcome',
        orderId,
        refundId,
        attempt: 1,
        outcome: { kind: 'succeeded', providerRefundId },
      }),
    refundByHandThere: ({ orderId }: OrderOfShop, amount: number) =>
      post('/dashboard/refunds', orderId, { providerPaymentId: idsThere.get(orderId), amount }),
    /** At the provider alone. Answers its id. */
    disputeThere: ({ orderId }: OrderOfShop) =>
      post('/dashboard/disputes', orderId, { providerPaymentId: idsThere.get(orderId) }),
    closeDisputeThere: (id: string, how: 'won' | 'lost') => post(`/dashboard/disputes/${id}/${how}`, id, {}),
    recordDispute: ({ orderId, paymentId }: OrderOfShop, providerDisputeId: string) =>
      handle(orderId, {
        type: 'RecordDispute',
        orderId,
        paymentId,
        dispute: {
          providerDisputeId,
          providerPaymentId: idsThere.get(orderId) ?? '',
          amount: 1_000,
          currency: 'EUR',
        },
        outcome: { kind: 'opened', providerTime: now().toISOString() },
      }),
    async refunded(order: OrderOfShop): Promise<void> {
      await shop.askRefund(order, 400)
      await shop.recordRefund(order, await shop.refundThere(order, { refundId: order.refundId, amount: 400 }))
    },
    /** As the follow-ups' fold has it. */
    async noteOpen(kind: 'payment', { orderId }: OrderOfShop, { sent = true } = {}): Promise<void> {
      const key = paymentKey(orderId)
      await database.pool.query(
        'insert into attempts (kind, key, since, calls, claims, claimed_until, due_at, token) values ($1, $2, now(), 1, $3, now(), now(), $4)',
        [kind, key, sent ? 1 : 0, randomUUID()],
      )
      await database.pool.query(
        'insert into open_intents (id, kind, key, order_id, since, event_id) values ($1, $2, $3, $4, $5, $6)',
        [`${kind} ${key}`, kind, key, orderId, now(), randomUUID()],
      )
    },
    async fail(fault: object): Promise<void> {
      const headers = { 'Content-Type': 'application/json' }
      await fetch(`${running.url}/test/faults`, { method: 'POST', headers, body: JSON.stringify(fault) })
    },
    /** As a sweep of an hour ago leaves it, at whose beginning the log ended here. */
    async mark(head: Position | undefined): Promise<void> {
      await database.pool.query('truncate reconciliation_sweeps')
      await shop.marks.done({ begunAt: new Date(now().getTime() - 3_600_000), range: 'recent', head, found: [] })
    },
    headPosition: () => store.headPosition(),
    environment: () => ({
      EVENTSTORE_URL: server.url,
      DATABASE_URL: database.url,
      PAYMENT_PROVIDER_URL: running.url,
      RECONCILE_GRACE_SECONDS: '0.001',
    }),
    stopProvider: () => running.stop(),
    async providerAway(): Promise<void> {
      provider.close()
      provider = mockPaymentProvider({ url: 'http://127.0.0.1:1/' })
    },
    async providerBack(): Promise<void> {
      provider.close()
      provider = mockPaymentProvider({ url: running.url })
    },
    reconcile: ({
      graceMs = 0,
      remembered = 1_000,
      signal = never,
      ...options
    }: Partial<ReconcileOptions> & { graceMs?: number; remembered?: number; heal: boolean }) =>
      createReconcile({
        store,
        codec,
        commands,
        database: database.pool,
        provider,
        callsPerSecond: 10_000,
        graceMs,
        remembered,
        newId: randomUUID,
        now,
        warn: () => undefined,
      })({ since, disputesSince: since, signal, ...options }),
    /** A provider that has nothing, and no event of ours that is to be compared. */
    async forgetEverything(): Promise<void> {
      await running.stop()
      running = await startProvider()
      await shop.providerBack()
      await database.pool.query('truncate open_intents, attempts, reconciliation_sweeps')
      mine = []
      since = new Date(now().getTime() + 1)
      // The next event is to be later than this, by the clock that is compared.
      while (now() <= since) await new Promise((resolve) => setImmediate(resolve))
    },
    async close(): Promise<void> {
      provider.close()
      await running.stop()
      await store.dispose()
      await server.stop()
      await database.close()
    },
  }
  return shop
}

export type ReconciledShop = Awaited<ReturnType<typeof reconciledShop>>

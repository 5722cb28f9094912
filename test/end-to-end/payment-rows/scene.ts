import type { PaymentEvent } from '../../../domain/payments/events.ts'
import { paymentDecider, type Payment } from '../../../domain/payments/payment.ts'
import type { ShopEvent } from '../../../domain/registry.ts'
import { paymentIdOf } from '../../../domain/shared/ids.ts'
import { streams } from '../../../domain/shared/streams.ts'
import type { Dispute, PaymentIntent, Refund, StripeEvent } from '../../stripe/objects.ts'
import type { Held, Holding } from '../../stripe/gates.ts'
import { until, untilTrue } from '../../support/until.ts'
import type { Line } from '../test-shop-client.ts'
import { answered } from './answered.ts'
import { usualLines, usualTotal } from './goods.ts'
import { lineOfEvent } from './line-of-event.ts'
import { operatorOf, type Operator } from './operator.ts'
import { patience } from './patience.ts'
import type { ShopAtStripe } from './shop-at-stripe.ts'

/** One order, and whoever has to do with it. */
export type Scene = {
  readonly orderId: string
  readonly operator: Operator
  /** By the catalogue's SKUs. */
  place(lines?: readonly Line[]): Promise<void>
  /** Resolves when so many such events stand in the order's streams. */
  until(type: ShopEvent['type'], times?: number): Promise<void>
  /** The next such call of the order is held there; resolves when it is. */
  held(call: Holding['call'], place: Holding['place'], more?: Pick<Holding, 'after'>): Promise<Held>
  /** The order's payment at Stripe: the first one. */
  intent(): PaymentIntent
  /** By the customer. */
  cancel(): Promise<void>
  /** The customer at the bank, by the address that the shop shows them. */
  confirmAtBank(): Promise<void>
  refuseAtBank(): void
  /** Whatever it was that Stripe waited for; of another amount, perhaps. */
  pay(received?: number): void
  cancelInDashboard(): void
  /** Made by nobody here, with what is said of the order's own in its metadata, or of another payment. Not the order's `strange`. */
  anotherPayment(more?: { readonly paymentId?: string; readonly strange?: boolean }): PaymentIntent
  /** Of the order's first payment at Stripe, where no other is named. */
  refundInDashboard(amount: number, of?: PaymentIntent): void
  /** There are so many refunds at Stripe. */
  refundIsThere(times?: number): Promise<void>
  /** What takes its time at the bank has come to its end; to nothing, where it is `fail`. */
  settleRefunds(): void
  failRefunds(): void
  dispute(status: Dispute['status'], of?: PaymentIntent): void
  disputeIn(event: StripeEvent): string | undefined
  tellOfRefundAgain(): void
  /** That it was paid, and not how much. */
  tellTooLittle(): void
  /** So many events of the order have been taken in. */
  untilTold(times: number): Promise<void>
  /** What Stripe tells of this order from now on comes later, where it is such an event. @returns what ends that */
  holdBack(isHeldBack: (event: StripeEvent) => boolean): () => void
  isOf(event: StripeEvent): boolean
  /** The streams of what Stripe has told of the order. */
  readonly webhooks: () => ReadonlySet<string>
  /** A row that only whoever plays can see. */
  saw(row: string): void

  readonly payment: () => Payment
  /** Its payment's stream, a line an event. */
  lines(): readonly string[]
  readonly rows: ReadonlySet<string>
  /** The order's payments at Stripe that the shop has made. */
  readonly made: () => readonly PaymentIntent[]
  /** Payments at Stripe that name the order and are not its own. */
  readonly strangers: ReadonlySet<string>
}

export const createScene = (
  { running, stripe, orders }: ShopAtStripe,
  { name, card }: { readonly name: string; readonly card: string },
): Scene => {
  const { client, sku } = running
  const orderId = client.orderId(name, 'row')
  orders.add(orderId)
  const rows = new Set<string>()
  const strangers = new Set<string>()
  const others = new Set<string>()
  const refundNames = new Map<string, string>()
  const paymentEvents = (): readonly PaymentEvent[] =>
    orders
      .of(orderId)
      .filter(({ stream }) => stream === streams.payment(orderId))
      // A stream of a category holds the events of that category alone.
      .map(({ event }) => event as PaymentEvent)
  const payment = (): Payment => orders.standing(orderId)?.payment ?? paymentDecider.initialState

  const intents = () => stripe.intents.all().filter(({ metadata }) => metadata['order_id'] === orderId)
  const isOf = ({ data: { object } }: StripeEvent): boolean => {
    const { id, payment_intent: paid } = object as { readonly id?: unknown; readonly payment_intent?: unknown }
    return intents().some((intent) => intent.id === id || intent.id === paid)
  }
  const isOwnRefund = (refund: Refund) => intents().some(({ id }) => id === refund.payment_intent)
  const refunds = () => stripe.refunds.all().filter(isOwnRefund)
  const intent = (): PaymentIntent => {
    const [first] = intents()
    if (first === undefined) throw new Error('Stripe has no payment of this order')
    return first
  }
  const saw = (row: string) => rows.add(row)
  const webhooks = (): ReadonlySet<string> =>
    new Set(
      stripe.events
        .all()
        .filter(isOf)
        .map(({ id }) => streams.paymentWebhook('stripe', id)),
    )

  return {
    orderId,
    operator: operatorOf({ running, orders, orderId, payment, saw, refundNames, webhooks }),
    async place(lines = usualLines) {
      const own = lines.map((line) => ({ ...line, sku: sku(line.sku) }))
      const placed = await client.place(name, 'row', own, card)
      if (placed !== orderId) throw new Error(`the order was placed as ${placed}, and not as ${orderId}`)
    },
    until: async (type, times = 1) => {
      const count = () => orders.of(orderId).filter(({ event }) => event.type === type).length
      await until(
        `${type} is written`,
        () => {
          if (count() >= times) return true
          throw new Error(
            paymentEvents()
              .map((event) => event.type)
              .join(', '),
          )
        },
        patience,
      )
    },
    async held(call, place, more) {
      const gate = stripe.hold({ call, place, orderId, ...more })
      return until(`the order's call to ${call} is held`, () => gate.held()[0], patience)
    },
    intent,
    async cancel() {
      const { status } = await answered(() => client.cancel(name, orderId))
      if (status !== 200) throw new Error(`the cancellation was answered ${status}`)
    },
    async confirmAtBank() {
      const { payment: waiting } = await client.orderThat(
        orderId,
        'waiting for its customer',
        (order) => order.payment.actionUrl !== undefined,
        patience.limitMs,
      )
      await fetch(waiting.actionUrl ?? '')
    },
    refuseAtBank: () => {
      stripe.intents.authenticate(intent().id, false)
    },
    pay: (received) => {
      stripe.intents.pay(intent().id, received)
    },
    cancelInDashboard: () => {
      stripe.intents.cancel(intent().id, {})
    },
    anotherPayment({ paymentId = paymentIdOf(orderId), strange = false } = {}) {
      const another = stripe.intents.create({
        amount: String(usualTotal),
        currency: 'eur',
        payment_method: 'pm_card_visa',
        return_url: 'https://shop.example/paid',
        metadata: { order_id: orderId, payment_id: paymentId },
      })
      others.add(another.id)
      if (strange) strangers.add(another.id)
      return another
    },
    refundInDashboard: (amount, of = intent()) => {
      stripe.refunds.create({ payment_intent: of.id, amount: String(amount) })
    },
    refundIsThere: (times = 1) => untilTrue('the refund is there', () => refunds().length >= times, patience),
    settleRefunds: () => {
      stripe.refunds.settle(isOwnRefund)
    },
    failRefunds: () => {
      for (const { id } of refunds()) stripe.refunds.fail(id)
    },
    dispute: (status, of = intent()) => {
      const known = stripe.disputes.of(of.id).at(-1)
      if (known === undefined) stripe.disputes.open(of.id, { status })
      else stripe.disputes.become(known.id, status)
    },
    // An event has the dispute as it was then.
    disputeIn: ({ type, data: { object } }) =>
      type.startsWith('charge.dispute.') ? (object as Dispute).status : undefined,
    tellOfRefundAgain: () => {
      const last = refunds().at(-1)
      if (last !== undefined) stripe.events.announce('refund.updated', last)
    },
    tellTooLittle: () => {
      const { id, object, metadata } = intent()
      stripe.events.announce('payment_intent.succeeded', { id, object, metadata })
    },
    untilTold: (times) =>
      untilTrue(
        'Stripe has told of it',
        () => {
          const own = webhooks()
          return orders.events().filter(({ stream }) => own.has(stream)).length >= times
        },
        patience,
      ),
    holdBack: (isHeldBack) => stripe.events.holdBack((event) => isHeldBack(event) && isOf(event)),
    isOf,
    webhooks,
    saw,
    payment,
    lines: () =>
      paymentEvents().map((event) => lineOfEvent(event, (id) => refundNames.get(id) ?? id.split('-')[0] ?? id)),
    rows,
    made: () => intents().filter(({ id }) => !others.has(id)),
    strangers,
  }
}

import { waitsForUs } from '../../domain/orders/waits-for-us.ts'
import { Gauge, type Registry } from '../../infrastructure/observability/metrics.ts'
import type { OpenByKind, Tables } from './postgres-tables.ts'

type Options = {
  readonly registry: Registry
  readonly tables: Tables
  /** An order that has not moved for so long stands still. */
  readonly standsStillAfterMs: number
  readonly now: () => Date
  readonly everyMs?: number
}

type Counted = {
  readonly at: number
  readonly intents: readonly OpenByKind[]
  readonly outcomes: readonly { readonly outcome: string; readonly orders: number }[]
  readonly unconfirmed: number
  readonly standing: { readonly us: number; readonly others: number; readonly oldest: Date | undefined }
  readonly heldByClosed: number
}

const standingIn = (orders: Awaited<ReturnType<Tables['standing']>>): Pick<Counted, 'standing' | 'heldByClosed'> => {
  const ours = orders.filter(({ progress }) => waitsForUs(progress))
  const closed = orders.filter(({ progress: { order } }) => order === 'cancelled' || order === 'rejected')
  return {
    standing: { us: ours.length, others: orders.length - ours.length, oldest: ours[0]?.movedAt },
    heldByClosed: closed.reduce((sum, { progress: { linesHeld } }) => sum + linesHeld, 0),
  }
}

/**
 * What the tables of the follow-ups say, counted now and then by the instance that keeps them: whoever scrapes has nothing asked. What was
 * counted is told for three times as long: an instance that is no longer the active one, or whose PostgreSQL is away, falls silent. Answers
 * the pass that counts.
 */
export const tableMetrics = ({ registry, tables, standsStillAfterMs, now, everyMs = 10_000 }: Options) => {
  let counted: Counted | undefined
  let next = 0
  const known = (): Counted | undefined =>
    counted !== undefined && now().getTime() - counted.at <= 3 * everyMs ? counted : undefined
  const age = (since: Date | undefined): number =>
    since === undefined ? 0 : Math.max(0, (now().getTime() - since.getTime()) / 1_000)

  const gauge = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    tell: (counted: Counted, set: (labels: Record<Label, string>, value: number) => void) => void,
  ) =>
    new Gauge({
      name,
      help: `${help}. Only from the active instance`,
      labelNames: [...labelNames],
      registers: [registry],
      collect() {
        this.reset()
        const those = known()
        // Without labels there is no series to take away but by its value.
        if (those === undefined) return labelNames.length === 0 ? this.remove() : undefined
        tell(those, (labels, value) => {
          this.set(labels, value)
        })
      },
    })

  gauge('open_intents', 'Effects without an outcome, by kind and age', ['kind', 'age'], ({ intents }, set) => {
    for (const { kind, ages } of intents) for (const [of, count] of Object.entries(ages)) set({ kind, age: of }, count)
  })
  gauge('open_intent_oldest_seconds', 'Age of the oldest effect without an outcome, by kind', ['kind'], (told, set) => {
    for (const { kind, oldest } of told.intents) set({ kind }, age(oldest))
  })
  gauge('order_outcomes', 'Orders that have come to this state, since the first event', ['outcome'], (told, set) => {
    for (const { outcome, orders } of told.outcomes) set({ outcome }, orders)
  })
  gauge('orders_unconfirmed', 'Orders placed that are neither confirmed nor closed', [], ({ unconfirmed }, set) => {
    set({}, unconfirmed)
  })
  gauge(
    'orders_standing_still',
    'Orders on their way that have not moved for STANDSTILL_DELAYS_SECONDS (the first), by whom they wait for: us, or others (provider, customer, a person)',
    ['waits_for'],
    ({ standing: { us, others } }, set) => {
      set({ waits_for: 'us' }, us)
      set({ waits_for: 'others' }, others)
    },
  )
  gauge(
    'order_stuck_oldest_seconds',
    'For how long the order has not moved that waits for us the longest',
    [],
    (told, set) => {
      set({}, age(told.standing.oldest))
    },
  )
  gauge(
    'stock_lines_held_by_closed_orders',
    'Order lines whose stock is still reserved, of orders that were rejected or cancelled and have not moved since for a while',
    [],
    ({ heldByClosed }, set) => {
      set({}, heldByClosed)
    },
  )

  return async (): Promise<void> => {
    if (now().getTime() < next) return
    next = now().getTime() + everyMs
    const [intents, outcomes, unconfirmed, standing] = await Promise.all([
      tables.openIntents(now()),
      tables.outcomes(),
      tables.unconfirmed(),
      tables.standing(new Date(now().getTime() - standsStillAfterMs)),
    ])
    counted = { at: now().getTime(), intents, outcomes, unconfirmed, ...standingIn(standing) }
  }
}

export type ScenarioLine = { readonly sku: string; readonly quantity: number | 'more than there is' }

/** What an order of the demonstration does, and how it must end. */
export type Scenario = {
  readonly title: string
  readonly method: string
  readonly lines: readonly ScenarioLine[]
  /** What somebody does about it, once it has come to `when`. */
  readonly then?:
    | 'cancel at once'
    | 'cancel when confirmed'
    | 'confirm the payment'
    | 'ship'
    | 'ship and deliver'
    | 'place it again'
  /** Where either the money or the cancellation may come first, more than one payment state will do. */
  readonly ends: { readonly status: string; readonly payment: readonly string[]; readonly fulfilment: string }
}

const tea: readonly ScenarioLine[] = [{ sku: 'TEA-GREEN-100', quantity: 2 }]
const breakfast: readonly ScenarioLine[] = [
  { sku: 'COFFEE-ESP-250', quantity: 1 },
  { sku: 'MUG-BLUE', quantity: 2 },
  { sku: 'FILTER-PAPER-100', quantity: 1 },
]
const mint: readonly ScenarioLine[] = [{ sku: 'TEA-MINT-050', quantity: 1 }]
const coffee: readonly ScenarioLine[] = [{ sku: 'COFFEE-FIL-500', quantity: 1 }]
const samovars: readonly ScenarioLine[] = [{ sku: 'SAMOVAR-1890', quantity: 'more than there is' }]

const confirmed = { status: 'confirmed', payment: ['succeeded'], fulfilment: 'reserved' }
const declined = { status: 'rejected', payment: ['failed', 'voided'], fulfilment: 'released' }
const short = { status: 'rejected', payment: ['voided'], fulfilment: 'none' }

/** Twenty orders of every kind. */
export const scenarios: readonly Scenario[] = [
  { title: 'paid at once', method: 'card-ok', lines: tea, ends: confirmed },
  { title: 'paid at once', method: 'card-ok', lines: breakfast, ends: confirmed },
  { title: 'paid at once', method: 'card-ok', lines: mint, ends: confirmed },
  { title: 'paid at once', method: 'card-ok', lines: coffee, ends: confirmed },
  { title: 'one line twice', method: 'card-ok', lines: [...mint, ...mint], ends: confirmed },
  { title: 'sent twice', method: 'card-ok', lines: tea, then: 'place it again', ends: confirmed },
  {
    title: 'shipped',
    method: 'card-ok',
    lines: tea,
    then: 'ship',
    ends: { status: 'shipped', payment: ['succeeded'], fulfilment: 'committed' },
  },
  {
    title: 'shipped and delivered',
    method: 'card-ok',
    lines: breakfast,
    then: 'ship and deliver',
    ends: { status: 'delivered', payment: ['succeeded'], fulfilment: 'committed' },
  },
  { title: 'card declined', method: 'card-declined', lines: tea, ends: declined },
  { title: 'card declined', method: 'card-declined', lines: breakfast, ends: declined },
  { title: 'card declined', method: 'card-declined', lines: coffee, ends: declined },
  { title: 'more than there is', method: 'card-ok', lines: samovars, ends: short },
  { title: 'one line short', method: 'card-ok', lines: [...tea, ...samovars, ...mint], ends: short },
  {
    title: 'cancelled at once',
    method: 'card-slow',
    lines: tea,
    then: 'cancel at once',
    ends: { status: 'cancelled', payment: ['voided', 'failed', 'refunded'], fulfilment: 'released' },
  },
  {
    title: 'cancelled when confirmed',
    method: 'card-ok',
    lines: coffee,
    then: 'cancel when confirmed',
    ends: { status: 'cancelled', payment: ['refunded'], fulfilment: 'released' },
  },
  { title: 'slow bank', method: 'card-slow', lines: mint, ends: confirmed },
  { title: 'slow bank', method: 'card-slow', lines: breakfast, ends: confirmed },
  { title: 'bank that loses its answer', method: 'card-unknown', lines: tea, ends: confirmed },
  {
    title: 'waits for confirmation',
    method: 'card-action',
    lines: coffee,
    then: 'confirm the payment',
    ends: confirmed,
  },
  {
    title: 'pays after the deadline',
    method: 'card-late',
    lines: mint,
    ends: { status: 'cancelled', payment: ['refunded'], fulfilment: 'released' },
  },
]

/** Whether an order has ended as it must. */
export const endedAs = ({ ends }: Scenario, seen: { status: string; payment: string; fulfilment: string }): boolean =>
  seen.status === ends.status && seen.fulfilment === ends.fulfilment && ends.payment.includes(seen.payment)

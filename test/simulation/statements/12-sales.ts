import { isPlaced } from '../../../domain/orders/order.ts'
import { isCharged, isGivenBack, outsideOf, refundsOf } from '../../../domain/payments/state.ts'
import { salesProjection } from '../../../projections/sales/projection.ts'
import { createReadModels } from '../read-models.ts'
import { standingsOf, type Standing } from './standings.ts'
import type { Statement } from './statement.ts'
import type { Log } from './log.ts'

/** Amounts by what they are of: `captured EUR`, `unitsSold EUR MUG`. */
type Book = Map<string, bigint>

const enter = (book: Book, amount: number | bigint | string, ...of: readonly string[]): void => {
  const name = of.filter((part) => part !== '').join(' ')
  book.set(name, (book.get(name) ?? 0n) + BigInt(amount))
}

const enterOrder = (book: Book, { order, payment }: Standing, wasConfirmed: boolean): void => {
  if (!isPlaced(order)) return
  const { currency, lines } = order.placed
  enter(book, 1, 'placed', currency)
  if (wasConfirmed) enter(book, 1, 'confirmed', currency)
  if (order.status === 'rejected' || order.status === 'cancelled') enter(book, 1, order.status, currency)
  if (!wasConfirmed) return
  const byLine = refundsOf(payment)
    .filter(isGivenBack)
    .flatMap((refund) => refund.lines ?? [])
  const given = order.status === 'cancelled' ? lines : byLine
  for (const [name, units] of [['unitsSold', lines] as const, ['unitsGivenBack', given] as const])
    for (const { sku, quantity } of units) {
      enter(book, quantity, name, currency)
      enter(book, quantity, name, currency, sku)
    }
}

const enterMoney = (book: Book, { payment }: Standing): void => {
  const { refunds, disputes } = outsideOf(payment)
  const charges = isCharged(payment) ? [payment.charge, ...payment.duplicates] : []
  for (const { amount, currency } of charges) enter(book, amount, 'captured', currency)
  const given = [...refundsOf(payment).filter(isGivenBack), ...refunds.filter(({ status }) => status === 'succeeded')]
  for (const { amount, currency } of given) enter(book, amount, 'refunded', currency)
  for (const { amount, currency } of disputes.filter(({ status }) => status === 'lost'))
    enter(book, amount, 'chargedBack', currency)
}

/** What the deciders' own states come to. */
const bookOf = (events: Log): Book => {
  const confirmed = new Set(events.flatMap(({ event }) => (event.type === 'OrderConfirmed' ? [event.orderId] : [])))
  const book: Book = new Map()
  for (const standing of standingsOf(events).values()) {
    enterOrder(book, standing, confirmed.has(standing.orderId))
    enterMoney(book, standing)
  }
  return book
}

const sums = [
  'placed',
  'confirmed',
  'rejected',
  'cancelled',
  'unitsSold',
  'unitsGivenBack',
  'captured',
  'refunded',
  'chargedBack',
]

/** What the report says of all days up to this one. */
const reportedUpTo = (rows: Iterable<Readonly<Record<string, unknown>>>, lastDay: string): Book => {
  const book: Book = new Map()
  for (const { day, currency, sku, ...row } of rows) {
    if (typeof day !== 'string' || day > lastDay) continue
    for (const name of sums) enter(book, String(row[name]), name, String(currency), String(sku))
  }
  return book
}

const dayOf = ({ created }: Log[number]): string => created.toISOString().slice(0, 10)

const differences = (day: string, reported: Book, book: Book): readonly string[] =>
  [...new Set([...reported.keys(), ...book.keys()])].flatMap((name) => {
    const [says, is] = [reported.get(name) ?? 0n, book.get(name) ?? 0n]
    return says === is ? [] : [`up to ${day} sales have ${says} ${name}, the orders' own streams ${is}`]
  })

export const salesAreWhatTheOrdersSay: Statement = {
  number: 12,
  says: "what was sold, up to the end of any day, is what the orders' own streams come to by then",
  whenQuiet: ({ events }) => {
    const models = createReadModels([salesProjection])
    models.fold(events)
    const rows = [...(models.tables().get('sales')?.values() ?? [])]
    return [...new Set(events.map(dayOf))].flatMap((day) =>
      differences(day, reportedUpTo(rows, day), bookOf(events.filter((recorded) => dayOf(recorded) <= day))),
    )
  },
}

import type { ShopEvent } from '../../domain/registry.ts'

/** Under the provider's own id. Of a dispute only one that is lost counts, as given back. Minor units. */
export type Entry = {
  readonly orderId: string
  readonly of: 'charge' | 'refund' | 'dispute'
  readonly id: string
  readonly amount: number
  readonly currency: string
  /** Whether it counts in what is kept. */
  readonly state: 'captured' | 'given back' | 'open' | 'lost' | 'won'
}

export type Book = readonly Entry[]

/**
 * All that our streams know of money that moved, event by event, by itself: not by the fold that the shop decides from. What has failed or
 * was settled by hand is not the provider's, and is not in it.
 */
export const bookOfStreams = (events: readonly { readonly event: ShopEvent }[]): Book => {
  const book = new Map<string, Entry>()
  const attempts = new Map<string, string>()
  const put = (entry: Entry): void => {
    book.set(`${entry.of} ${entry.id}`, entry)
  }
  const failed = new Set<string>()
  for (const { event } of events)
    switch (event.type) {
      case 'PaymentSucceeded':
      case 'DuplicateChargeDetected': {
        const { orderId, providerPaymentId: id, amount, currency } = event
        put({ orderId, of: 'charge', id, amount, currency, state: 'captured' })
        break
      }
      case 'PaymentMismatchDetected': {
        const { orderId, providerPaymentId: id, captured: amount, currency } = event
        put({ orderId, of: 'charge', id, amount, currency, state: 'captured' })
        break
      }
      case 'RefundSucceeded': {
        const { orderId, refundId, attempt, providerRefundId: id, amount, currency } = event
        attempts.set(`${orderId} ${refundId} ${attempt}`, id)
        put({ orderId, of: 'refund', id, amount, currency, state: 'given back' })
        break
      }
      case 'RefundFailed': {
        const id = attempts.get(`${event.orderId} ${event.refundId} ${event.attempt}`)
        if (id !== undefined) book.delete(`refund ${id}`)
        break
      }
      case 'ExternalRefundRecorded': {
        const { orderId, providerRefundId: id, amount, currency } = event
        if (!failed.has(id)) put({ orderId, of: 'refund', id, amount, currency, state: 'given back' })
        break
      }
      case 'ExternalRefundFailed':
        failed.add(event.providerRefundId)
        book.delete(`refund ${event.providerRefundId}`)
        break
      case 'DisputeOpened':
      case 'DisputeLost':
      case 'DisputeWon': {
        const { orderId, providerDisputeId: id, amount, currency } = event
        const state = ({ DisputeOpened: 'open', DisputeLost: 'lost', DisputeWon: 'won' } as const)[event.type]
        put({ orderId, of: 'dispute', id, amount, currency, state })
        break
      }
      default:
    }
  return [...book.values()]
}

/** What is kept, by currency. */
export const keptIn = (book: Book): Readonly<Record<string, number>> => {
  const kept: Record<string, number> = {}
  for (const { amount, currency, state } of book) {
    const sign = { captured: 1, 'given back': -1, lost: -1, open: 0, won: 0 }[state]
    kept[currency] = (kept[currency] ?? 0) + sign * amount
  }
  return kept
}

/** Entry by entry, order by order: what one of the books has and the other has not, or otherwise. A sentence each. */
export const differencesOf = ({ provider, streams }: { readonly provider: Book; readonly streams: Book }): string[] => {
  const keyOf = ({ of, id }: Entry): string => `${of} ${id}`
  const textOf = (entry: Entry | undefined): string =>
    entry === undefined ? 'nothing' : `${entry.amount} ${entry.currency} ${entry.state}, order ${entry.orderId}`
  const [there, here] = [provider, streams].map((book) => new Map(book.map((entry) => [keyOf(entry), entry])))
  const orderOf = (key: string): string => (there?.get(key) ?? here?.get(key))?.orderId ?? ''
  return [...new Set([...provider, ...streams].map(keyOf))]
    .filter((key) => textOf(there?.get(key)) !== textOf(here?.get(key)))
    .sort((one, other) => orderOf(one).localeCompare(orderOf(other)))
    .map((key) => `${key}: the provider has ${textOf(there?.get(key))}; our streams, ${textOf(here?.get(key))}`)
}

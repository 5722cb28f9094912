/** What the provider really did, as opposed to what it said. Amounts are minor units. */
export type Capture = {
  readonly orderId: string
  readonly providerPaymentId: string
  readonly amount: number
  readonly currency: string
}

/** Whoever has asked for it. */
export type MoneyBack = {
  readonly providerPaymentId: string
  readonly amount: number
  status: 'pending' | 'succeeded' | 'failed'
}

export type RefundMade = MoneyBack & { readonly refundId: string; readonly attempt: number }

export type DisputeMade = {
  readonly providerPaymentId: string
  readonly amount: number
  status: 'open' | 'won' | 'lost'
}

export type ProviderBooks = {
  readonly captures: readonly Capture[]
  readonly refunds: readonly MoneyBack[]
  readonly disputes: readonly DisputeMade[]
  /** The order of each charge that was asked for, whatever came of it. */
  readonly asked: readonly string[]
  /** The payments, by our own id, that it was asked to cancel, whatever came of it. Absent: nobody has noted it. */
  readonly cancelled?: readonly string[]
}

const sumOf = (money: readonly { readonly amount: number }[]): number =>
  money.reduce((sum, { amount }) => sum + amount, 0)

/** Gone from an order's captures: refunded, by whomever, and lost by disputes. */
export const goneOf = (
  { captures, refunds, disputes }: Pick<ProviderBooks, 'captures' | 'refunds' | 'disputes'>,
  orderId: string,
): { readonly refunded: number; readonly lost: number } => {
  const ids = new Set(
    captures.filter((capture) => capture.orderId === orderId).map(({ providerPaymentId }) => providerPaymentId),
  )
  const own = <Of extends { readonly providerPaymentId: string }>(all: readonly Of[]) =>
    all.filter(({ providerPaymentId }) => ids.has(providerPaymentId))
  return {
    refunded: sumOf(own(refunds).filter(({ status }) => status === 'succeeded')),
    lost: sumOf(own(disputes).filter(({ status }) => status === 'lost')),
  }
}

/** What the provider holds of an order's money for the shop: captured and not gone. */
export const keptOf = (books: Pick<ProviderBooks, 'captures' | 'refunds' | 'disputes'>, orderId: string): number => {
  const { refunded, lost } = goneOf(books, orderId)
  return sumOf(books.captures.filter((capture) => capture.orderId === orderId)) - refunded - lost
}

/** What the provider really did, as opposed to what it said. Amounts are minor units. */
export type Capture = {
  readonly orderId: string
  readonly providerPaymentId: string
  readonly amount: number
  readonly currency: string
}

export type RefundMade = {
  readonly providerPaymentId: string
  readonly refundId: string
  readonly attempt: number
  readonly amount: number
  status: 'pending' | 'succeeded' | 'failed'
}

export type ProviderBooks = {
  readonly captures: readonly Capture[]
  readonly refunds: readonly RefundMade[]
  /** The order of each charge that was asked for, whatever came of it. */
  readonly asked: readonly string[]
}

/** What the provider holds of an order's money for the shop: captured and not given back. */
export const keptOf = ({ captures, refunds }: Pick<ProviderBooks, 'captures' | 'refunds'>, orderId: string): number => {
  const own = captures.filter((capture) => capture.orderId === orderId)
  const ids = new Set(own.map(({ providerPaymentId }) => providerPaymentId))
  const back = refunds.filter(({ providerPaymentId, status }) => status === 'succeeded' && ids.has(providerPaymentId))
  return own.reduce((sum, { amount }) => sum + amount, 0) - back.reduce((sum, { amount }) => sum + amount, 0)
}

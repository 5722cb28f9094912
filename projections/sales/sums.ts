/** What is counted, of a day or of an order. Money in minor units of one currency. */
export type Sums = {
  readonly placed: number
  readonly confirmed: number
  readonly rejected: number
  readonly cancelled: number
  /** Of orders that were confirmed. */
  readonly unitsSold: number
  /** Of these, by cancelling the order or by a refund that names its lines. */
  readonly unitsGivenBack: number
  /** What providers took, all of it: also twice, or another amount than the order costs. */
  readonly captured: bigint
  /** What went back of it by refunds, whoever made them. */
  readonly refunded: bigint
  /** What customers' banks took back by disputes. */
  readonly chargedBack: bigint
}

export const noSums: Sums = {
  placed: 0,
  confirmed: 0,
  rejected: 0,
  cancelled: 0,
  unitsSold: 0,
  unitsGivenBack: 0,
  captured: 0n,
  refunded: 0n,
  chargedBack: 0n,
}

export const plus = (a: Sums, b: Sums): Sums => ({
  placed: a.placed + b.placed,
  confirmed: a.confirmed + b.confirmed,
  rejected: a.rejected + b.rejected,
  cancelled: a.cancelled + b.cancelled,
  unitsSold: a.unitsSold + b.unitsSold,
  unitsGivenBack: a.unitsGivenBack + b.unitsGivenBack,
  captured: a.captured + b.captured,
  refunded: a.refunded + b.refunded,
  chargedBack: a.chargedBack + b.chargedBack,
})

export const minus = (a: Sums, b: Sums): Sums => ({
  placed: a.placed - b.placed,
  confirmed: a.confirmed - b.confirmed,
  rejected: a.rejected - b.rejected,
  cancelled: a.cancelled - b.cancelled,
  unitsSold: a.unitsSold - b.unitsSold,
  unitsGivenBack: a.unitsGivenBack - b.unitsGivenBack,
  captured: a.captured - b.captured,
  refunded: a.refunded - b.refunded,
  chargedBack: a.chargedBack - b.chargedBack,
})

export const isNothing = (sums: Sums): boolean => Object.values(sums).every((sum) => BigInt(sum) === 0n)

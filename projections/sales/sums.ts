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

const counts = ['placed', 'confirmed', 'rejected', 'cancelled', 'unitsSold', 'unitsGivenBack'] as const
const amounts = ['captured', 'refunded', 'chargedBack'] as const

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

const combined = (a: Sums, b: Sums, sign: 1 | -1): Sums => ({
  ...noSums,
  ...Object.fromEntries(counts.map((name) => [name, a[name] + sign * b[name]])),
  ...Object.fromEntries(amounts.map((name) => [name, a[name] + BigInt(sign) * b[name]])),
})

export const plus = (a: Sums, b: Sums): Sums => combined(a, b, 1)
export const minus = (a: Sums, b: Sums): Sums => combined(a, b, -1)

export const isNothing = (sums: Sums): boolean =>
  counts.every((name) => sums[name] === 0) && amounts.every((name) => sums[name] === 0n)

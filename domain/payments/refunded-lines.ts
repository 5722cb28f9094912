import { Refusal } from '../shared/refusal.ts'
import type { RefundedLine } from './events.ts'
import { hasGoneNowhere, refundsOf, type Payment } from './state.ts'

/** How many of an SKU are given back by line: asked for, come back, or settled by hand. A refund that failed gives nothing back. */
const givenBackOf = (payment: Payment, sku: string): number =>
  refundsOf(payment)
    .filter((refund) => !hasGoneNowhere(refund))
    .flatMap(({ lines = [] }) => lines)
    .filter((line) => line.sku === sku)
    .reduce((sum, { quantity }) => sum + quantity, 0)

/** @throws Refusal when of a line more is asked for than was ordered and is not given back yet */
export const expectLeftOfLines = (payment: Payment, lines: readonly RefundedLine[]): void => {
  for (const { sku, quantity, ordered } of lines) {
    const left = ordered - givenBackOf(payment, sku)
    if (quantity > left)
      throw new Refusal('refund_exceeds_line', `more of ${sku} than was ordered and is not given back yet`, {
        sku,
        ordered,
        left,
      })
  }
}

export const sameLines = (one: readonly RefundedLine[] = [], other: readonly RefundedLine[] = []): boolean =>
  one.length === other.length &&
  one.every(({ sku, quantity }) => other.some((line) => line.sku === sku && line.quantity === quantity))

import { isPlaced } from '../../../domain/orders/order.ts'
import { lostOf, refundedOutside } from '../../../domain/payments/outside-money.ts'
import { isCharged, refundsOf } from '../../../domain/payments/payment.ts'
import { outsideOf } from '../../../domain/payments/state.ts'
import { goneOf, keptOf } from '../outside/provider-books.ts'
import { heldLines, inFrontOfOperator, type Standing } from './standings.ts'
import type { Quiet, Statement } from './statement.ts'

const linesOf = ({ order }: Standing): string =>
  isPlaced(order)
    ? order.placed.lines
        .map(({ sku, quantity }) => `${quantity} ${sku}`)
        .sort()
        .join(', ')
    : ''

const stockWrong = (standing: Standing): readonly string[] => {
  const { order } = standing
  const held = heldLines(standing, 'held').join(', ')
  const committed = heldLines(standing, 'committed').join(', ')
  const lines = linesOf(standing)
  const expected = {
    new: ['', ''],
    placed: undefined,
    confirmed: [lines, ''],
    shipped: ['', lines],
    delivered: ['', lines],
    rejected: ['', ''],
    cancelled: ['', ''],
  }[order.status]
  if (expected === undefined || (held === expected[0] && committed === expected[1])) return []
  return [`holds [${held}], has taken [${committed}]`]
}

/** What the provider has of the order's money must be its price less what was given back, by whomever, or lost; of a closed order, nothing. */
const moneyWrong = ({ orderId, order, payment }: Standing, { books }: Quiet): readonly string[] => {
  if (books === undefined || !isPlaced(order) || order.status === 'placed') return []
  const open = order.status !== 'rejected' && order.status !== 'cancelled'
  const charge = isCharged(payment) ? payment.charge.providerPaymentId : undefined
  const refunds = refundsOf(payment).filter(({ status }) => status === 'succeeded' || status === 'settled')
  const byHand = refunds.filter(({ status }) => status === 'settled').reduce((sum, { amount }) => sum + amount, 0)
  const ofCharge = refunds
    .filter(({ providerPaymentId }) => providerPaymentId === charge)
    .reduce((sum, { amount }) => sum + amount, 0)
  const outside = outsideOf(payment)
  const gone = isCharged(payment) ? refundedOutside(outside, payment.charge) + lostOf(outside, payment.charge) : 0
  const expected = open ? order.placed.total - ofCharge - gone : 0
  const kept = keptOf(books, orderId) - byHand
  // What an operator had settled by hand, of which the provider knows nothing, can go a second time without us.
  const { refunded, lost } = goneOf(books, orderId)
  const byProvider = refunds.filter(({ status }) => status === 'succeeded').reduce((sum, { amount }) => sum + amount, 0)
  const twice = Math.min(byHand, refunded + lost - byProvider)
  return kept <= expected && kept >= expected - twice ? [] : [`${kept} of its money is kept, and not ${expected}`]
}

/**
 * An order that waits to be shipped is held by each dispute of its own charge that is not won; perhaps by one of another charge that was not
 * known to be that when it was told of; and by nothing else.
 */
const holdsWrong = ({ order, payment }: Standing, { lossy }: Quiet): readonly string[] => {
  if (order.status !== 'confirmed' || lossy === true) return []
  const disputes = outsideOf(payment).disputes.filter(({ status }) => status !== 'won')
  const isOfAnother = ({ providerPaymentId }: { readonly providerPaymentId: string }): boolean =>
    isCharged(payment) && payment.charge.providerPaymentId !== providerPaymentId
  const idsOf = (some: typeof disputes) => some.map(({ providerDisputeId }) => providerDisputeId)
  const holding = [...order.holds].filter(([, hold]) => hold === 'held').map(([id]) => id)
  const due = idsOf(disputes.filter((dispute) => !isOfAnother(dispute)))
  return due.every((id) => holding.includes(id)) && holding.every((id) => idsOf(disputes).includes(id))
    ? []
    : [`is held by [${holding.join(', ')}], with disputes [${idsOf(disputes).join(', ')}]`]
}

export const stockAndMoneyFitTheStatus: Statement = {
  number: 10,
  says: "however it went, the stock held and the money kept are those of the order's final status",
  whenQuiet: (quiet) =>
    [...quiet.standings.values()].flatMap((standing) => {
      const held = holdsWrong(standing, quiet)
      if (inFrontOfOperator(standing, quiet.parkedMessages))
        return held.map((wrong) => `order ${standing.orderId} is ${standing.order.status} and ${wrong}`)
      return [...held, ...stockWrong(standing), ...moneyWrong(standing, quiet)].map(
        (wrong) => `order ${standing.orderId} is ${standing.order.status} and ${wrong}`,
      )
    }),
}

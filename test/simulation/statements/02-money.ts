import { duplicateRefundId } from '../../../domain/payments/refunds.ts'
import { refundsOf } from '../../../domain/payments/payment.ts'
import type { ShopEvent } from '../../../domain/registry.ts'
import type { Log, Quiet, Statement } from './statement.ts'

type Money = { readonly amount: number; readonly currency: string }
type Refund = Money & { readonly providerPaymentId: string; attempt: number; open: boolean }
type Account = {
  price: Money | undefined
  keeps: string | undefined
  readonly charges: Map<string, Money>
  readonly refunds: Map<string, Refund>
}

const same = (a: Money | undefined, b: Money): boolean =>
  a !== undefined && a.amount === b.amount && a.currency === b.currency

const charged = (account: Account, id: string, money: Money): readonly string[] => {
  const known = account.charges.has(id)
  account.charges.set(id, money)
  return known ? [`the charge ${id} is recorded twice`] : []
}

const keeps = (account: Account, id: string): readonly string[] => {
  const before = account.keeps
  account.keeps ??= id
  return before === undefined ? [] : [`the order keeps the charges ${before} and ${id}`]
}

const refunded = (account: Account, event: Extract<ShopEvent, { type: 'RefundRequested' }>): readonly string[] => {
  const { refundId, attempt, providerPaymentId, amount, currency } = event
  account.refunds.set(refundId, { providerPaymentId, amount, currency, attempt, open: true })
  const charge = account.charges.get(providerPaymentId)
  const asked = [...account.refunds.values()]
    .filter((refund) => refund.providerPaymentId === providerPaymentId && refund.open)
    .reduce((sum, refund) => sum + refund.amount, 0)
  if (charge === undefined) return [`${refundId} gives back the charge ${providerPaymentId}, which nobody knows`]
  if (charge.currency !== currency) return [`${refundId} is in ${currency}, the charge in ${charge.currency}`]
  return asked > charge.amount ? [`of ${charge.amount} captured, ${asked} are given back`] : []
}

const look = (account: Account, event: ShopEvent, append: Log): readonly string[] => {
  switch (event.type) {
    case 'OrderPlaced':
      account.price = { amount: event.total, currency: event.currency }
      return []
    case 'PaymentRequested':
      return same(account.price, event) ? [] : ['what is asked for is not what the order costs']
    case 'PaymentSucceeded':
      return [
        ...charged(account, event.providerPaymentId, event),
        ...keeps(account, event.providerPaymentId),
        ...(same(account.price, event) ? [] : ['what was paid is not what the order costs']),
      ]
    case 'PaymentMismatchDetected': {
      const captured = { amount: event.captured, currency: event.currency }
      return [
        ...charged(account, event.providerPaymentId, captured),
        ...keeps(account, event.providerPaymentId),
        ...(same(account.price, captured) ? ['what was paid is what the order costs, and stands as a mismatch'] : []),
      ]
    }
    case 'DuplicateChargeDetected': {
      const back = append.some(
        (other) =>
          other.event.type === 'RefundRequested' &&
          other.event.refundId === duplicateRefundId(event.providerPaymentId) &&
          other.event.amount === event.amount,
      )
      return [
        ...charged(account, event.providerPaymentId, event),
        ...(back ? [] : [`the second charge ${event.providerPaymentId} is not given back`]),
      ]
    }
    case 'RefundRequested':
      return refunded(account, event)
    case 'RefundSucceeded': {
      const refund = account.refunds.get(event.refundId)
      return same(refund, event) ? [] : [`${event.refundId} gave back something else than was asked for`]
    }
    case 'RefundFailed': {
      const refund = account.refunds.get(event.refundId)
      if (refund?.attempt === event.attempt) refund.open = false
      return []
    }
    case 'RefundSettledManually': {
      const refund = account.refunds.get(event.refundId)
      if (refund !== undefined) refund.open = true
      return []
    }
    default:
      return []
  }
}

/** The shop's record of the money against what the provider really did. */
const againstBooks = ({ books, standings }: Quiet): readonly string[] => {
  if (books === undefined) return []
  return [...standings.values()].flatMap(({ orderId, payment }) => {
    const recorded =
      payment.status === 'succeeded' || payment.status === 'mismatch' ? [payment.charge, ...payment.duplicates] : []
    const captured = books.captures.filter((capture) => capture.orderId === orderId)
    const ids = (charges: readonly { readonly providerPaymentId: string }[]) =>
      charges
        .map(({ providerPaymentId }) => providerPaymentId)
        .sort()
        .join(' ')
    const wrong =
      ids(recorded) === ids(captured)
        ? []
        : [`order ${orderId}: the provider captured [${ids(captured)}], the log says [${ids(recorded)}]`]
    const back = (amounts: readonly { readonly amount: number }[]) =>
      amounts.reduce((sum, { amount }) => sum + amount, 0)
    const given = back(
      books.refunds.filter(
        (refund) =>
          refund.status === 'succeeded' &&
          captured.some(({ providerPaymentId }) => providerPaymentId === refund.providerPaymentId),
      ),
    )
    const said = back(refundsOf(payment).filter(({ status }) => status === 'succeeded'))
    return given === said
      ? wrong
      : [...wrong, `order ${orderId}: the provider gave back ${given}, the log says ${said}`]
  })
}

/** The key would keep a second request from taking money again; nobody sends one who has looked who came before. */
const askedAgain = ({ books, undisturbed }: Quiet): readonly string[] => {
  if (books === undefined || undisturbed !== true) return []
  return [...Map.groupBy(books.asked, (orderId) => orderId)].flatMap(([orderId, { length }]) =>
    length > 1
      ? [`order ${orderId}: the provider was asked to charge it ${length} times, although nothing went wrong`]
      : [],
  )
}

export const moneyIsRight: Statement = {
  number: 2,
  says: "an order keeps at most one charge; refunds ≤ captures; each amount and currency is the order's, or a mismatch stands",
  watch: () => {
    const accounts = new Map<string, Account>()
    return (append) =>
      append.flatMap(({ event }) => {
        if (!('orderId' in event) || event.orderId === undefined) return []
        const { orderId } = event
        const account = accounts.get(orderId) ?? {
          price: undefined,
          keeps: undefined,
          charges: new Map(),
          refunds: new Map(),
        }
        accounts.set(orderId, account)
        return look(account, event, append).map((wrong) => `order ${orderId}: ${wrong} (${event.type})`)
      })
  },
  whenQuiet: (quiet) => [...againstBooks(quiet), ...askedAgain(quiet)],
}

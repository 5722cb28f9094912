import { duplicateRefundId } from '../../../domain/payments/refunds.ts'
import { refundsOf } from '../../../domain/payments/payment.ts'
import { outsideOf } from '../../../domain/payments/state.ts'
import type { ShopEvent } from '../../../domain/registry.ts'
import { goneOf } from '../outside/provider-books.ts'
import type { Quiet, Statement } from './statement.ts'
import type { Log } from './log.ts'

type Money = { readonly amount: number; readonly currency: string }
type Lines = readonly { readonly sku: string; readonly quantity: number }[]
type Refund = Money & { readonly providerPaymentId: string; readonly lines: Lines; attempt: number; open: boolean }
type Account = {
  price: Money | undefined
  ordered: Lines
  keeps: string | undefined
  readonly charges: Map<string, Money>
  readonly refunds: Map<string, Refund>
  /** Gone without us, by the provider's id of the refund or the dispute; 0 once it has come back. */
  readonly outside: Map<string, { readonly providerPaymentId: string; readonly amount: number }>
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

/** A refund that has failed gives nothing back, until it is tried again or settled by hand. */
const linesBeyondOrder = ({ ordered, refunds }: Account): readonly string[] =>
  ordered.flatMap(({ sku, quantity }) => {
    const back = [...refunds.values()]
      .filter(({ open }) => open)
      .flatMap(({ lines }) => lines)
      .filter((line) => line.sku === sku)
      .reduce((sum, line) => sum + line.quantity, 0)
    return back > quantity ? [`of ${quantity} ${sku} ordered, ${back} are given back`] : []
  })

/** Of a charge, without us. */
const goneFrom = ({ outside }: Account, providerPaymentId: string): number =>
  [...outside.values()]
    .filter((one) => one.providerPaymentId === providerPaymentId)
    .reduce((sum, { amount }) => sum + amount, 0)

const refunded = (account: Account, event: Extract<ShopEvent, { type: 'RefundRequested' }>): readonly string[] => {
  const { refundId, attempt, providerPaymentId, amount, currency, lines = [] } = event
  account.refunds.set(refundId, { providerPaymentId, amount, currency, lines, attempt, open: true })
  const charge = account.charges.get(providerPaymentId)
  const asked = [...account.refunds.values()]
    .filter((refund) => refund.providerPaymentId === providerPaymentId && refund.open)
    .reduce((sum, refund) => sum + refund.amount, 0)
  const gone = goneFrom(account, providerPaymentId)
  if (charge === undefined) return [`${refundId} gives back the charge ${providerPaymentId}, which nobody knows`]
  if (charge.currency !== currency) return [`${refundId} is in ${currency}, the charge in ${charge.currency}`]
  if (asked + gone <= charge.amount) return linesBeyondOrder(account)
  return [`of ${charge.amount} captured, ${asked} are given back, and ${gone} have gone without us`]
}

const outside = (
  account: Account,
  id: string,
  { providerPaymentId, amount }: { readonly providerPaymentId: string; readonly amount: number },
  isBack: boolean,
): readonly string[] => {
  const known = account.outside.get(id)
  account.outside.set(id, { providerPaymentId, amount: isBack ? 0 : amount })
  return known !== undefined && (!isBack || known.amount === 0) ? [`${id} is recorded twice`] : []
}

const look = (account: Account, event: ShopEvent, append: Log): readonly string[] => {
  switch (event.type) {
    case 'OrderPlaced':
      account.price = { amount: event.total, currency: event.currency }
      account.ordered = event.lines
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
      // A refund in the dashboard, or a dispute, can have been told of before the charge.
      const owed = event.amount - goneFrom(account, event.providerPaymentId)
      const back =
        owed <= 0 ||
        append.some(
          (other) =>
            other.event.type === 'RefundRequested' &&
            other.event.refundId === duplicateRefundId(event.providerPaymentId) &&
            other.event.amount === owed,
        )
      return [
        ...charged(account, event.providerPaymentId, event),
        ...(back ? [] : [`the second charge ${event.providerPaymentId} is not given back`]),
      ]
    }
    case 'RefundRequested':
      return refunded(account, event)
    case 'ExternalRefundRecorded':
    case 'ExternalRefundFailed':
      return outside(account, event.providerRefundId, event, event.type === 'ExternalRefundFailed')
    case 'DisputeLost':
    case 'DisputeWon':
      return outside(account, event.providerDisputeId, event, event.type === 'DisputeWon')
    case 'RefundSucceeded': {
      account.outside.delete(event.providerRefundId)
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
      return linesBeyondOrder(account)
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
    const sumOf = (amounts: readonly { readonly amount: number }[]) =>
      amounts.reduce((sum, { amount }) => sum + amount, 0)
    const { refunded: given, lost } = goneOf(books, orderId)
    const { refunds: outsideRefunds, disputes } = outsideOf(payment)
    const succeeded = <Of extends { readonly status: string }>(all: readonly Of[]) =>
      all.filter(({ status }) => status === 'succeeded')
    const said = sumOf(succeeded(refundsOf(payment))) + sumOf(succeeded(outsideRefunds))
    const saidLost = sumOf(disputes.filter(({ status }) => status === 'lost'))
    return [
      ...wrong,
      ...(given === said ? [] : [`order ${orderId}: the provider gave back ${given}, the log says ${said}`]),
      ...(lost === saidLost ? [] : [`order ${orderId}: disputes took ${lost}, the log says ${saidLost}`]),
    ]
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

/** What was never sent needs no cancelling; of what came to the provider, only its answer says that it is off. */
const calledOffUnasked = ({ books, events }: Quiet): readonly string[] => {
  if (books?.cancelled === undefined) return []
  const [asked, cancelled] = [new Set(books.asked), new Set(books.cancelled)]
  return events.flatMap(({ event }) =>
    event.type === 'PaymentFailed' &&
    event.code === 'cancelled' &&
    asked.has(event.orderId) &&
    !cancelled.has(event.paymentId)
      ? [`order ${event.orderId}: its charge is said to be off, and the provider, which has it, was never asked`]
      : [],
  )
}

export const moneyIsRight: Statement = {
  number: 2,
  says: "an order keeps at most one charge; refunds ≤ captures, and of a line ≤ what was ordered; each amount and currency is the order's, or a mismatch stands",
  watch: () => {
    const accounts = new Map<string, Account>()
    return (append) =>
      append.flatMap(({ event }) => {
        if (!('orderId' in event) || event.orderId === undefined) return []
        const { orderId } = event
        const account = accounts.get(orderId) ?? {
          price: undefined,
          ordered: [],
          keeps: undefined,
          charges: new Map(),
          refunds: new Map(),
          outside: new Map(),
        }
        accounts.set(orderId, account)
        return look(account, event, append).map((wrong) => `order ${orderId}: ${wrong} (${event.type})`)
      })
  },
  whenQuiet: (quiet) => [...againstBooks(quiet), ...askedAgain(quiet), ...calledOffUnasked(quiet)],
}

import { decimalsOf } from '../../domain/shared/currencies.ts'

const codes = (text: string): ReadonlySet<string> => new Set(text.split(' '))

// docs.stripe.com/currencies, "Zero-decimal currencies", "Special cases" and, in older copies, "Three-decimal currencies".
const stripeNone = codes('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF')
/** Sent with three decimals, of which the last has to be 0. */
const stripeThree = codes('BHD JOD KWD OMR TND')
/** Sent with two decimals that have to be 00. */
const stripeWhole = codes('ISK UGX')

/** Which Stripe takes for something else, or not at all. */
const notTaken = codes('CLF IQD LYD UYW')

const stripeDecimals = (currency: string): number => (stripeNone.has(currency) ? 0 : stripeThree.has(currency) ? 3 : 2)
const stepOf = (currency: string): number => (stripeWhole.has(currency) ? 100 : stripeThree.has(currency) ? 10 : 1)

/** Our minor units as Stripe's; undefined for what Stripe cannot express, or takes for something else. */
export const toStripeAmount = (amount: number, currency: string): number | undefined => {
  const scaled = scale(amount, stripeDecimals(currency) - decimalsOf(currency))
  return !notTaken.has(currency) && scaled !== undefined && scaled > 0 && scaled % stepOf(currency) === 0
    ? scaled
    : undefined
}

/** Stripe's minor units as ours, whatever case the currency is in; undefined for a part of our smallest unit. */
export const fromStripeAmount = (
  amount: number,
  stripeCurrency: string,
): { readonly amount: number; readonly currency: string } | undefined => {
  const currency = stripeCurrency.toUpperCase()
  if (!/^[A-Z]{3}$/.test(currency) || notTaken.has(currency)) return undefined
  const scaled = scale(amount, decimalsOf(currency) - stripeDecimals(currency))
  return scaled === undefined ? undefined : { amount: scaled, currency }
}

const scale = (amount: number, by: number): number | undefined => {
  const scaled = by >= 0 ? amount * 10 ** by : amount / 10 ** -by
  return Number.isSafeInteger(scaled) ? scaled : undefined
}

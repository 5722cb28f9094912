import { decimalsOf } from '../../domain/shared/money.ts'

const codes = (text: string): ReadonlySet<string> => new Set(text.split(' '))

// ISO 4217: a currency has two decimals unless it is named here. The shop counts in these.
const isoNone = codes('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF')
const isoThree = codes('BHD IQD JOD KWD LYD OMR TND')

// docs.stripe.com/currencies, "Zero-decimal currencies", "Special cases" and, in older copies, "Three-decimal currencies".
const stripeNone = codes('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF')
/** Sent with three decimals, of which the last has to be 0. */
const stripeThree = codes('BHD JOD KWD OMR TND')
/** Sent with two decimals that have to be 00. */
const stripeWhole = codes('ISK UGX')

const isoDecimals = (currency: string): number => (isoNone.has(currency) ? 0 : isoThree.has(currency) ? 3 : 2)
const stripeDecimals = (currency: string): number => (stripeNone.has(currency) ? 0 : stripeThree.has(currency) ? 3 : 2)
const stepOf = (currency: string): number => (stripeWhole.has(currency) ? 100 : stripeThree.has(currency) ? 10 : 1)

/** Else people would be shown another amount than the one that is taken: how money is written follows tables that differ from ISO 4217. */
const isShownAsCounted = (currency: string): boolean => decimalsOf(currency) === isoDecimals(currency)

/** Our minor units as Stripe's; undefined for what Stripe cannot express, or takes for something else. */
export const toStripeAmount = (amount: number, currency: string): number | undefined => {
  const scaled = scale(amount, stripeDecimals(currency) - isoDecimals(currency))
  return isShownAsCounted(currency) && scaled !== undefined && scaled > 0 && scaled % stepOf(currency) === 0
    ? scaled
    : undefined
}

/** Stripe's minor units as ours, whatever case the currency is in; undefined for a part of our smallest unit. */
export const fromStripeAmount = (
  amount: number,
  stripeCurrency: string,
): { readonly amount: number; readonly currency: string } | undefined => {
  const currency = stripeCurrency.toUpperCase()
  if (!/^[A-Z]{3}$/.test(currency) || !isShownAsCounted(currency)) return undefined
  const scaled = scale(amount, isoDecimals(currency) - stripeDecimals(currency))
  return scaled === undefined ? undefined : { amount: scaled, currency }
}

const scale = (amount: number, by: number): number | undefined => {
  const scaled = by >= 0 ? amount * 10 ** by : amount / 10 ** -by
  return Number.isSafeInteger(scaled) ? scaled : undefined
}

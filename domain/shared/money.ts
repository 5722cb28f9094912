import { z } from 'zod'

/** ISO 4217 code. */
export const currencySchema = z.string().regex(/^[A-Z]{3}$/)

/** Minor units of the currency (cents; yen; a thousandth of a dinar): always a safe integer. */
export const amountSchema = z.int().nonnegative()

export const moneySchema = z.strictObject({ amount: amountSchema, currency: currencySchema })
export type Money = z.infer<typeof moneySchema>

const digits = new Map<string, number>()

/** How many decimals people write the currency with: 2 for EUR, 0 for JPY, 3 for KWD. */
export const decimalsOf = (currency: string): number => {
  const known = digits.get(currency)
  if (known !== undefined) return known
  const resolved =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  digits.set(currency, resolved)
  return resolved
}

/** For people: `19.99 EUR`, `1999 JPY`. */
export const formatMoney = ({ amount, currency }: Money): string => {
  const decimals = decimalsOf(currency)
  const padded = String(amount).padStart(decimals + 1, '0')
  return decimals === 0
    ? `${amount} ${currency}`
    : `${padded.slice(0, -decimals)}.${padded.slice(-decimals)} ${currency}`
}

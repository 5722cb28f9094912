import { z } from 'zod'
import { decimalsOf } from './currencies.ts'
import type { Language } from './language.ts'

/** ISO 4217 code. */
export const currencySchema = z.string().regex(/^[A-Z]{3}$/)

/** Minor units of the currency (cents; yen; a thousandth of a dinar): always a safe integer. */
export const amountSchema = z.int().nonnegative()

export const moneySchema = z.strictObject({ amount: amountSchema, currency: currencySchema })
export type Money = z.infer<typeof moneySchema>

/** Amounts of one currency, added up. Never rounded. @throws RangeError where the sum is more than a number holds exactly */
export const sumOf = (amounts: readonly number[]): number => {
  const sum = amounts.reduce((total, amount) => total + BigInt(amount), 0n)
  if (sum > BigInt(Number.MAX_SAFE_INTEGER))
    throw new RangeError(`amounts add up to ${sum}, which cannot be kept exactly`)
  return Number(sum)
}

/** In units of the currency, 12.5 for 1250 cents: for diagrams, where rounding does no harm, and never to be calculated with. */
export const unitsOf = ({ amount, currency }: Money): number => amount / 10 ** decimalsOf(currency)

/** Written out here, so that no version of Node writes them otherwise. */
const separators = {
  en: { thousands: ',', decimals: '.' },
  de: { thousands: '.', decimals: ',' },
} as const satisfies Readonly<Record<Language, object>>

/** For people: `1,299.00 HUF`, `1.299,00 HUF`, `1,999 JPY`. */
export const formatMoney = ({ amount, currency }: Money, language: Language): string => {
  const decimals = decimalsOf(currency)
  const digits = String(amount).padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const { thousands, decimals: point } = separators[language]
  const grouped = whole.length > 3 ? whole.replaceAll(/\B(?=(?:\d{3})+$)/g, thousands) : whole
  return `${grouped}${decimals === 0 ? '' : point + digits.slice(-decimals)} ${currency}`
}

/**
 * Decimals of the currencies that have not two, by ISO 4217: browsers go by what shops use, and would show 1,000 fils of Iraq as 1,000
 * dinars.
 * @type {Readonly<Record<number, string>>}
 */
const otherThanTwo = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
}

const exponents = new Map(
  Object.entries(otherThanTwo).flatMap(([exponent, list]) =>
    list.split(' ').map((currency) => /** @type {const} */ ([currency, Number(exponent)])),
  ),
)

/** @param {string} currency */
export const exponentOf = (currency) => exponents.get(currency) ?? 2

/** @typedef {{ amount: number | string, currency: string }} MoneyOrSum a sum is written out: it may be more than a number holds */

/** @param {MoneyOrSum} money @returns {string} in major units, with a point and no grouping: `19.99` */
export const decimalOf = ({ amount, currency }) => {
  const exponent = exponentOf(currency)
  const [, sign = '', minor = ''] = /^(-?)(.*)$/.exec(String(amount)) ?? []
  const digits = minor.padStart(exponent + 1, '0')
  const cut = digits.length - exponent
  return `${sign}${digits.slice(0, cut)}${exponent === 0 ? '' : `.${digits.slice(cut)}`}`
}

/**
 * @param {MoneyOrSum} money
 * @param {string} [locale] else the browser's own
 */
export const moneyText = (money, locale) => {
  const exponent = exponentOf(money.currency)
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: money.currency,
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  })
  // As text: a number would be off beyond 2^53.
  return format.format(/** @type {Intl.StringNumericLiteral} */ (decimalOf(money)))
}

/**
 * Minor units of what somebody has typed in; undefined where that is no positive amount of the currency.
 * @param {string} text with a point or a comma before the decimals
 * @param {string} currency
 * @returns {number | undefined}
 */
export const minorUnits = (text, currency) => {
  const exponent = exponentOf(currency)
  const [, whole, fraction = ''] = /^\s*(\d{1,12})(?:[.,](\d+))?\s*$/.exec(text) ?? []
  if (whole === undefined || fraction.length > exponent) return undefined
  const amount = Number(whole + fraction.padEnd(exponent, '0'))
  return amount > 0 ? amount : undefined
}

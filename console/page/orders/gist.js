import { moneyText } from '../money.js'

/** @import { Happened } from '../answers.d.ts' */

/**
 * What of an event one wants to know without opening it; undefined where its name says all.
 * @param {Happened} event
 * @param {string} [locale] else the browser's own
 * @returns {string | undefined}
 */
export const gistOf = ({ data }, locale) => {
  const { amount, total, captured, currency, sku, quantity, template, channel, carrier, trackingNumber } = data
  const sum = [amount, total, captured].find((one) => typeof one === 'number')
  const said = [
    typeof sum === 'number' && typeof currency === 'string' ? moneyText({ amount: sum, currency }, locale) : undefined,
    typeof sku === 'string' ? `${typeof quantity === 'number' ? `${quantity} × ` : ''}${sku}` : undefined,
    typeof template === 'string' ? `${words(template)} by ${String(channel)}` : undefined,
    typeof carrier === 'string' ? `${carrier} ${String(trackingNumber)}` : undefined,
    ...[data['code'], data['reason']].map((one) => (typeof one === 'string' ? words(one) : undefined)),
  ].filter((one) => one !== undefined)
  return said.length === 0 ? undefined : said.join(' · ')
}

/** @param {string} code */
const words = (code) => code.replaceAll('_', ' ')

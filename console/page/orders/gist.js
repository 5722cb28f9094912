import { moneyText } from '../money.js'
import { codeWords } from '../words.js'

/** @import { Happened } from '../answers.d.ts' */

/**
 * What of an event one wants to know without opening it; undefined where its name says all.
 * @param {Happened} event
 * @param {string} [locale] else the browser's own
 * @returns {string | undefined}
 */
export const gistOf = ({ data, actor }, locale) => {
  const { amount, total, captured, currency, template, channel, carrier, trackingNumber } = data
  const sum = [amount, total, captured].find((one) => typeof one === 'number')
  const said = [
    ...[data['kind']].filter(isText).map(codeWords),
    ...(typeof sum === 'number' && isText(currency) ? [moneyText({ amount: sum, currency }, locale)] : []),
    ...goodsIn(data),
    ...(isText(template) ? [`“${codeWords(template)}” by ${String(channel)}`] : []),
    ...(isText(carrier) ? [`${carrier} ${String(trackingNumber)}`] : []),
    ...[data['code'], data['reason']].filter(isText).map(codeWords),
    ...(actor?.type === 'operator' ? [`by ${actor.id}`] : []),
  ]
  return said.length === 0 ? undefined : said.join(' · ')
}

/** @param {unknown} value @returns {value is string} */
const isText = (value) => typeof value === 'string'

/** @param {Happened['data']} data @returns {readonly string[]} of the one SKU that it is about, or of each line */
const goodsIn = (data) => {
  const lines = /** @type {readonly { sku?: unknown, quantity?: unknown }[]} */ (
    Array.isArray(data['lines']) ? data['lines'] : [data]
  )
  const goods = lines.flatMap(({ sku, quantity }) =>
    isText(sku) ? [typeof quantity === 'number' ? `${quantity} × ${sku}` : sku] : [],
  )
  return goods.length === 0 ? [] : [goods.join(', ')]
}

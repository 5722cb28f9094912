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
    ...shortagesIn(data),
    ...(isText(template) ? [`“${codeWords(template)}” by ${String(channel)}`] : []),
    ...(isText(carrier) ? [`${carrier} ${String(trackingNumber)}`] : []),
    ...[data['code'], data['reason']].filter(isText).map(codeWords),
    ...[data['note']].filter(isText).map((note) => `“${note}”`),
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
    isText(sku) ? [typeof quantity !== 'number' ? sku : quantity === 0 ? `no ${sku}` : `${quantity} × ${sku}`] : [],
  )
  return goods.length === 0 ? [] : [goods.join(', ')]
}

/** @param {Happened['data']} data @returns {readonly string[]} what there was too little of */
const shortagesIn = ({ shortages }) => {
  if (!Array.isArray(shortages)) return []
  const short = /** @type {readonly { sku: string, wanted: number, available: number }[]} */ (shortages)
  return [short.map(({ sku, wanted, available }) => `${sku}: ${wanted} wanted, ${available} there`).join('; ')]
}

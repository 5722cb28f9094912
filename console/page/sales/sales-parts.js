import { html, nothing } from '/vendor/lit-html.js'
import { moneyText } from '../money.js'
import { periodText } from './periods.js'

/** @import { SalesOfCurrency, SalesSums } from './answers.d.ts' */

/** @type {readonly (readonly [keyof SalesSums & ('placed' | 'confirmed' | 'rejected' | 'cancelled'), string])[]} */
const orders = [
  ['placed', 'Placed'],
  ['confirmed', 'Confirmed'],
  ['rejected', 'Rejected'],
  ['cancelled', 'Cancelled'],
]
/** @type {readonly (readonly [keyof SalesSums & ('captured' | 'refunded' | 'chargedBack' | 'net'), string])[]} */
const amounts = [
  ['captured', 'Captured'],
  ['refunded', 'Given back'],
  ['chargedBack', 'Charged back'],
  ['net', 'Net'],
]
/** @type {readonly (readonly [keyof SalesSums & ('unitsSold' | 'unitsGivenBack'), string])[]} */
const units = [
  ['unitsSold', 'Units sold'],
  ['unitsGivenBack', 'Units back'],
]

/** Each of the sums under its name, as it is shown. @param {SalesSums} sums @param {string} currency */
const shown = (sums, currency) => [
  ...orders.map(([key, name]) => ({ name, text: sums[key].toLocaleString() })),
  ...amounts.map(([key, name]) => ({ name, text: moneyText({ amount: sums[key], currency }) })),
  ...units.map(([key, name]) => ({ name, text: sums[key].toLocaleString() })),
]

/** @param {SalesSums} total */
const products = ({ skus = [] }) => html`
  <h3>Units by product</h3>
  ${
    skus.length === 0
      ? html`<p class="empty">No units were sold or given back.</p>`
      : html`<table>
          <thead>
            <tr>
              <th scope="col">SKU</th>
              ${units.map(([, name]) => html`<th scope="col" class="number">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${[...skus]
              .sort((a, b) => b.unitsSold - a.unitsSold)
              .map(
                (one) =>
                  html`<tr>
                    <th scope="row" class="code">${one.sku}</th>
                    ${units.map(([key]) => html`<td class="number">${one[key].toLocaleString()}</td>`)}
                  </tr>`,
              )}
          </tbody>
        </table>`
  }
`

/** The sums of all days on top, then day by day or month by month. @param {SalesOfCurrency} sales @param {'day' | 'month'} groupBy */
export const currencyCard = ({ currency, total, rows }, groupBy) => html`
  <section class="card" aria-labelledby="sales-${currency}">
    <h2 id="sales-${currency}">${currency}</h2>
    <dl class="figures">
      ${shown(total, currency).map(
        ({ name, text }) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${text}</dd>
          </div>`,
      )}
    </dl>
    <div class="wide-table" role="region" aria-label="${currency} by ${groupBy}" tabindex="0">
      <table class="stacks sales">
        <thead>
          <tr>
            <th scope="col">${groupBy === 'day' ? 'Day' : 'Month'}</th>
            ${shown(total, currency).map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ period, ...sums }) =>
              html`<tr>
                <th scope="row"><time datetime=${period}>${periodText(period)}</time></th>
                ${shown(sums, currency).map(({ name, text }) => html`<td class="number" data-label=${name}>${text}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${total.skus === undefined ? nothing : products(total)}
  </section>
`

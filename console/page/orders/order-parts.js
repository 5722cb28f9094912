import { repeat as each } from '/vendor/directives/repeat.js'
import { html, nothing } from '/vendor/lit-html.js'
import { badge } from '../badge.js'
import { moneyText } from '../money.js'
import { hrefOf } from '../route.js'
import { timeOf } from '../times.js'
import { capital, codeWords } from '../words.js'
import { refundActions, resend } from './order-actions.js'

/**
 * @import { Money, Order } from '../answers.d.ts'
 * @import { OrderMoney } from './order-money.js'
 * @import { Message } from './messages.js'
 * @import { Wait } from './waits-for.js'
 */

/** @type {Readonly<Record<string, string>>} */
const who = {
  nothing: 'At rest',
  shop: 'The shop is at it',
  customer: 'Waits for the customer',
  provider: 'Waits for the payment provider',
  operator: 'Waits for you',
}

/** @param {Wait} wait */
export const waitBox = (wait) => html`
  <section class="wait ${wait.who}" aria-labelledby="wait">
    <h2 id="wait">${who[wait.who]}</h2>
    <p>
      ${wait.what} ${wait.until === undefined ? nothing : html`Until ${timeOf(wait.until)}. ${wait.then}`}
      ${wait.letter === undefined ? nothing : html`<a href=${hrefOf(['dead-letters', wait.letter.group, wait.letter.number])}>Look at it</a>`}
    </p>
  </section>
`

/** @type {Readonly<Record<string, 'good' | 'bad' | 'busy' | 'calm'>>} */
const tones = {
  'under way': 'busy',
  sent: 'good',
  failed: 'bad',
  'given back': 'good',
  'settled by hand': 'calm',
  withdrawn: 'calm',
}

/** @param {string} name @param {Money | undefined} money @param {string} [kind] */
const sum = (name, money, kind = '') =>
  money === undefined
    ? nothing
    : html`<dt class=${kind}>${name}</dt>
        <dd class="number ${kind}">${moneyText(money)}</dd>`

/** @param {Order} order @param {OrderMoney} money @param {() => Promise<void>} again */
export const moneyBox = (order, money, again) => html`
  <section class="card" aria-labelledby="money">
    <h2 id="money">Money ${badge(order.payment.status)}</h2>
    <dl class="sums">
      ${sum('Order', order.total)} ${sum('Asked for', money.asked)} ${sum('Captured', money.captured)}
      ${sum('Open', money.open)} ${sum('Given back', money.refunded.amount === 0 ? undefined : money.refunded)}
      ${sum('On its way back', money.underWay.amount === 0 ? undefined : money.underWay)}
      ${sum('Taken back by the bank', money.chargedBack)}
      ${money.captured === undefined ? nothing : sum('Left', money.left, 'total')}
    </dl>
    ${
      money.refunds.length === 0
        ? nothing
        : html`
            <h3>Refunds</h3>
            <ul class="rows">
              ${each(
                money.refunds,
                ({ refundId }) => refundId,
                (refund) => html`
                  <li>
                    <span>${moneyText(refund.amount)}</span>${badge(refund.state, tones[refund.state])}
                    <span class="end">${timeOf(refund.at)}</span>
                    <span class="actions">${refundActions(order.orderId, refund, again)}</span>
                  </li>
                `,
              )}
            </ul>
          `
    }
  </section>
`

/** @param {Order} order */
export const stockBox = ({ lines, fulfilment, shortages }) => html`
  <section class="card" aria-labelledby="stock">
    <h2 id="stock">Stock ${badge(fulfilment, fulfilment === 'reserved' ? 'good' : 'calm')}</h2>
    <ul class="rows">
      ${lines.map(
        ({ sku, name, quantity, unitPrice, refunded }) => html`
          <li>
            <span class="item">
              ${name}
              <a class="code" href=${hrefOf(['streams', `stock-${sku}`])}>${sku}</a>
              ${refunded === undefined ? nothing : html`<span class="hint">${refunded} given back</span>`}
            </span>
            <span class="end number">${quantity} × ${moneyText(unitPrice)}</span>
          </li>
        `,
      )}
    </ul>
    ${
      shortages === undefined
        ? nothing
        : html`
            <h3>Was not there</h3>
            <ul class="rows">
              ${shortages.map(
                ({ sku, wanted, available }) =>
                  html`<li>
                    <span class="code">${sku}</span><span class="end">${wanted} wanted, ${available} there</span>
                  </li>`,
              )}
            </ul>
          `
    }
  </section>
`

/** @param {string} orderId @param {readonly Message[]} messages @param {() => Promise<void>} again */
export const messagesBox = (orderId, messages, again) => html`
  <section class="card" aria-labelledby="messages">
    <h2 id="messages">Messages</h2>
    ${
      messages.length === 0
        ? html`<p class="empty">None yet.</p>`
        : html`
            <ul class="rows">
              ${each(
                messages,
                ({ key }) => key,
                (message) => html`
                  <li>
                    <span class="item">
                      ${capital(codeWords(message.template))}
                      <span class="hint">${message.channel} · ${timeOf(message.at)}</span>
                      ${message.reason === undefined ? nothing : html`<span class="hint">${message.reason}</span>`}
                    </span>
                    ${badge(message.state, tones[message.state])}
                    <span class="end">
                      ${
                        message.state === 'under way'
                          ? nothing
                          : html`<button class="small" type="button" @click=${() => resend(orderId, message, again)}>
                              Resend…<span class="unseen"> “${codeWords(message.template)}”</span>
                            </button>`
                      }
                    </span>
                  </li>
                `,
              )}
            </ul>
          `
    }
  </section>
`

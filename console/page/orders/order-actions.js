import { html, nothing } from '/vendor/lit-html.js'
import { announce } from '../announce.js'
import { post } from '../api.js'
import { confirmWith } from '../dialog.js'
import { decimalOf, exponentOf, minorUnits, moneyText } from '../money.js'
import { newId } from '../new-id.js'
import { Problem } from '../problem.js'
import { textIn } from '../text-in.js'

/**
 * @import { TemplateResult } from '/vendor/lit-html.js'
 * @import { Money, Order } from '../answers.d.ts'
 * @import { Refund } from './order-money.js'
 */

/** @param {string} orderId @param {string} [what] */
const pathOf = (orderId, what) => `/api/command/v1/orders/${orderId}/${what}`

/** What was decided by what is no longer so. @param {unknown} problem */
const over = (problem) => problem instanceof Problem && (problem.status === 412 || problem.status === 409)

/**
 * The buttons that an order in this state allows; each asks first, and says what will happen.
 * @param {Order} order as it is shown: what is done is done to that revision or not at all
 * @param {Money} left what can still be given back
 * @param {() => Promise<void>} again shows how the order stands now
 */
export const orderActions = (order, left, again) => {
  const { orderId, number, status, revision, payment } = order

  /** @param {string} what @param {unknown} body @param {string} done */
  const change = async (what, body, done) => {
    try {
      await post(pathOf(orderId, what), body, { 'if-match': `"${revision}"` })
      announce(`${number}: ${done}`)
    } finally {
      await again()
    }
  }
  const ship = () =>
    confirmWith({
      title: `Ship ${number}`,
      happens: html`<p>
        The order is noted as shipped, its stock leaves the books, and the customer is told the tracking number. It can
        no longer be cancelled.
      </p>`,
      fields: html`
        <label>Carrier<input name="carrier" required maxlength="100" value="DHL" /></label>
        <label>Tracking number<input name="trackingNumber" required maxlength="100" autocomplete="off" /></label>
      `,
      verb: 'Ship it',
      over,
      act: (given) =>
        change(
          'ship',
          { carrier: textIn(given, 'carrier'), trackingNumber: textIn(given, 'trackingNumber') },
          'shipped',
        ),
    })

  const deliver = () =>
    confirmWith({
      title: `${number} has arrived`,
      happens: html`<p>The order is noted as delivered. Nothing more happens to it by itself.</p>`,
      verb: 'It has arrived',
      over,
      act: () => change('deliver', {}, 'delivered'),
    })

  const cancel = () =>
    confirmWith({
      title: `Cancel ${number}`,
      happens: html`<p>
        Its stock is given back,
        ${left.amount > 0 ? html`<strong>${moneyText(left)}</strong> is refunded` : 'an open payment is called off'},
        and the customer is told. This cannot be taken back.
      </p>`,
      fields: html`<label>Why, for your colleagues<input name="reason" maxlength="500" /></label>`,
      verb: 'Cancel the order',
      danger: true,
      over,
      act: (given) => {
        const reason = textIn(given, 'reason')
        return change('cancel', reason === '' ? {} : { reason }, 'cancelled')
      },
    })

  const refund = () => {
    // One id for this dialog, so that pressing twice gives back once.
    const refundId = newId()
    confirmWith({
      title: `Refund ${number}`,
      happens: html`<p>
        The payment provider is asked to give the money back, and the customer is told when it has.
        <strong>${moneyText(left)}</strong> is left. The order itself goes on.
      </p>`,
      fields: html`
        <label>
          Amount in ${left.currency}
          <input name="amount" required inputmode="decimal" autocomplete="off" value=${decimalOf(left)} />
        </label>
        <label>Reason, for your colleagues<input name="reason" required maxlength="500" /></label>
      `,
      verb: 'Give it back',
      danger: true,
      act: async (given) => {
        const amount = minorUnits(textIn(given, 'amount'), left.currency)
        if (amount === undefined)
          throw new Error(`Write an amount of ${left.currency} with at most ${exponentOf(left.currency)} decimals.`)
        try {
          await post(pathOf(orderId, 'refunds'), {
            refundId,
            amount: { amount, currency: left.currency },
            reason: textIn(given, 'reason'),
          })
          announce(`${number}: the refund is under way`)
        } finally {
          await again()
        }
      },
    })
  }

  const disputed = payment.dispute === 'open' || payment.dispute === 'lost'
  /** @type {readonly (readonly [boolean, TemplateResult])[]} */
  const buttons = [
    [status === 'confirmed' && !disputed, html`<button class="primary" type="button" @click=${ship}>Ship…</button>`],
    [status === 'shipped', html`<button class="primary" type="button" @click=${deliver}>Delivered…</button>`],
    [left.amount > 0, html`<button type="button" @click=${refund}>Refund…</button>`],
    [
      status === 'placed' || status === 'confirmed',
      html`<button class="danger-quiet" type="button" @click=${cancel}>Cancel…</button>`,
    ],
  ]
  const shown = buttons.filter(([allowed]) => allowed).map(([, button]) => button)
  return shown.length === 0
    ? nothing
    : html`<div class="actions" role="group" aria-label="What you can do">${shown}</div>`
}

/**
 * @param {string} orderId
 * @param {{ key: string, template: string }} message
 * @param {() => Promise<void>} again
 */
export const resend = (orderId, { key, template }, again) => {
  const resendId = newId()
  confirmWith({
    title: 'Send it once more',
    happens: html`<p>
      The message “${template.replaceAll('_', ' ')}” is sent again, to the same address and in the same words.
    </p>`,
    verb: 'Send it',
    act: async () => {
      await post(pathOf(orderId, `notifications/${encodeURIComponent(key)}/resend`), { resendId })
      announce('The message is on its way')
      await again()
    },
  })
}

/**
 * The buttons that a refund in this state allows. They speak of this refund by its id, whatever else has happened to the order.
 * @param {string} orderId
 * @param {Refund} refund
 * @param {() => Promise<void>} again
 */
export const refundActions = (orderId, { refundId, amount, state }, again) => {
  if (state !== 'failed' && state !== 'withdrawn') return nothing
  const money = moneyText(amount)
  const sum = html`<strong>${money}</strong>`
  const path = pathOf(orderId, `refunds/${encodeURIComponent(refundId)}`)
  /** @param {string} what @param {unknown} body @param {string} done */
  const change = async (what, body, done) => {
    try {
      await post(`${path}/${what}`, body)
      announce(done)
    } finally {
      await again()
    }
  }
  /** @param {string} label @param {TemplateResult} happens @param {string} verb @param {string} what @param {string} done */
  const noted = (label, happens, verb, what, done) =>
    confirmWith({
      title: label,
      happens,
      fields: html`<label>Note, for your colleagues<input name="note" required maxlength="500" /></label>`,
      verb,
      danger: true,
      over,
      act: (given) => change(what, { note: textIn(given, 'note') }, done),
    })

  const retry = () =>
    confirmWith({
      title: 'Try the refund again',
      happens: html`<p>The payment provider is asked once more to give ${sum} back.</p>`,
      verb: 'Ask again',
      over,
      act: () => change('retry', {}, 'The refund is under way'),
    })
  const settle = () =>
    noted(
      `Settle the refund of ${money}`,
      html`<p>
        You have given ${sum} back in another way, and say how. It counts as given back from now on; the payment
        provider is not asked. This cannot be taken back.
      </p>`,
      'It is paid',
      'settle',
      'The refund is settled',
    )
  const withdraw = () =>
    noted(
      `Withdraw the refund of ${money}`,
      html`<p>
        ${sum} is not owed any more, and you say why: it has gone back by another refund, say, or was asked for by
        mistake. It counts as nothing given back. It can still be tried again, or settled.
      </p>`,
      'Withdraw it',
      'withdraw',
      'The refund is withdrawn',
    )
  /** @param {string} text @param {() => void} act */
  const button = (text, act) =>
    html`<button class="small" type="button" @click=${act}>
      ${text}…<span class="unseen"> the refund of ${money}</span>
    </button>`
  return html`${button('Try again', retry)} ${button('Settle', settle)}
  ${state === 'failed' ? button('Withdraw', withdraw) : nothing}`
}

import { repeat as each } from '/vendor/directives/repeat.js'
import { html, nothing } from '/vendor/lit-html.js'
import { announce } from '../announce.js'
import { get, withQuery } from '../api.js'
import { badge } from '../badge.js'
import { follow, repeat } from '../live.js'
import { moneyText } from '../money.js'
import { hrefOf } from '../route.js'
import { stateLine, whenKnown } from '../state-line.js'
import { timeOf } from '../times.js'
import { watchBehind } from '../watch-behind.js'
import { capital, codeWords, counted } from '../words.js'
import { withoutOrder, withOrder } from './orders-list.js'
import { searchOf } from './search.js'

/**
 * @import { Screen } from '../main.js'
 * @import { Order, Page, ToldOfOrders } from '../answers.d.ts'
 */

const limit = 50
const statuses = ['placed', 'confirmed', 'shipped', 'delivered', 'rejected', 'cancelled']
const payments = ['none', 'requested', 'action_required', 'unknown', 'succeeded', 'failed', 'voided', 'mismatch']

/** @param {string} name @param {readonly string[]} values @param {string} chosen */
const choice = (name, values, chosen) => html`
  <select name=${name}>
    <option value="">Any</option>
    ${values.map((one) => html`<option value=${one} .selected=${one === chosen}>${capital(codeWords(one))}</option>`)}
  </select>
`

/** What is paid may have gone back since, which its payment does not say. @param {Order['payment']} payment */
const back = ({ captured, refunded }) =>
  refunded.amount === 0
    ? nothing
    : badge(refunded.amount < (captured?.amount ?? 0) ? 'partly given back' : 'given back', 'calm')

/** @param {Order} order */
const row = (order) => html`
  <tr>
    <th scope="row"><a href=${hrefOf(['orders', order.orderId])}>${order.number}</a></th>
    <td data-label="Status">
      ${badge(order.status)} ${order.attention === undefined ? nothing : badge('Needs a person', 'bad')}
    </td>
    <td data-label="Payment">${badge(order.payment.status)} ${back(order.payment)}</td>
    <td data-label="Customer" class="clip">${order.customerId}</td>
    <td data-label="Items" class="clip">
      ${order.lines.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(', ')}
    </td>
    <td data-label="Total" class="number">${moneyText(order.total)}</td>
    <td data-label="Placed">${timeOf(order.placedAt)}</td>
  </tr>
`

/** All orders, newest first, as they change. @param {Screen} screen */
export const ordersScreen = ({ query, signal, show }) => {
  const search = searchOf(query)
  /** Cursors of the pages before this one. @type {(string | undefined)[]} */
  let before = []
  /** @type {string | undefined} */
  let cursor
  /** @type {Page<Order> | undefined} */
  let page
  /** @type {unknown} */
  let problem
  /** @type {unknown} */
  let behind
  /** Counts loads, so that an answer that comes late is not shown. */
  let turn = 0

  const load = async () => {
    turn += 1
    const mine = turn
    const found = /** @type {Page<Order>} */ (
      await get(withQuery('/api/read/v1/orders', { ...search, limit, cursor }), signal)
    )
    if (mine !== turn) return
    page = found
    state(undefined)
  }
  /** @param {unknown} now */
  const state = (now) => {
    problem = now
    draw()
  }

  /** @param {(string | undefined)[]} passed @param {string | undefined} to */
  const turnTo = (passed, to) => {
    before = passed
    cursor = to
    load().then(() => announce(`Page ${before.length + 1}`), state)
  }

  /** @param {Event} event */
  const changed = (event) => {
    event.preventDefault()
    const form = /** @type {HTMLFormElement} */ (event.currentTarget)
    const given = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form)))
    location.hash = hrefOf(['orders'], { ...given, in: given['text'] ? given['in'] : undefined })
  }

  const filters = () => html`
    <form class="filters" role="search" aria-label="Orders" @submit=${changed} @change=${changed}>
      <label
        >Search in
        <select name="in">
          ${['number', 'customer', 'sku'].map(
            (one) =>
              html`<option value=${one} .selected=${one === query.get('in')}>
                ${one === 'sku' ? 'SKU' : capital(one)}
              </option>`,
          )}
        </select>
      </label>
      <label class="wide"
        >For<input name="text" type="search" maxlength="200" autocomplete="off" .value=${query.get('text') ?? ''}
      /></label>
      <label>Status ${choice('status', statuses, query.get('status') ?? '')}</label>
      <label>Payment ${choice('payment', payments, query.get('payment') ?? '')}</label>
      <label>From <input name="from" type="date" .value=${query.get('from') ?? ''} /></label>
      <label>To <input name="to" type="date" .value=${query.get('to') ?? ''} /></label>
      <label class="check"
        ><input type="checkbox" name="attention" value="true" .checked=${query.get('attention') === 'true'} />Needs a
        person</label
      >
    </form>
  `

  /** @param {Page<Order>} found */
  const list = ({ items, nextCursor }) =>
    items.length === 0
      ? html`<p class="empty">No order fits.</p>`
      : html`
          <table class="stacks orders">
            <thead>
              <tr>
                <th scope="col">Number</th>
                <th scope="col">Status</th>
                <th scope="col">Payment</th>
                <th scope="col">Customer</th>
                <th scope="col">Items</th>
                <th scope="col" class="number">Total</th>
                <th scope="col">Placed</th>
              </tr>
            </thead>
            <tbody>
              ${each(items, ({ orderId }) => orderId, row)}
            </tbody>
          </table>
          <nav class="pager" aria-label="Pages">
            <button
              type="button"
              ?disabled=${before.length === 0}
              @click=${() => turnTo(before.slice(0, -1), before.at(-1))}
            >
              Newer
            </button>
            <span>Page ${before.length + 1} · ${counted(items.length, 'order')}</span>
            <button
              type="button"
              ?disabled=${nextCursor === null}
              @click=${() => turnTo([...before, cursor], nextCursor ?? undefined)}
            >
              Older
            </button>
          </nav>
        `

  const draw = () =>
    show(html`
      <header class="title">
        <h1>Orders</h1>
        ${stateLine(problem ?? behind, page !== undefined)}
      </header>
      ${filters()} ${whenKnown(page, problem, list)}
    `)

  draw()
  void watchBehind(['orders'], signal, (now) => {
    behind = now
    draw()
  })
  // What changes is told at once; what was missed is seen with the next look.
  void repeat(5_000, signal, load, state)
  void follow(withQuery('/api/read/v1/orders', search), {
    signal,
    message: (/** @type {ToldOfOrders} */ told) => {
      // From here on changes are told, or too much has changed to be told: the list is asked for as a whole.
      if (told.event === 'caught-up' || told.event === 'reload') return void load().catch(state)
      if (page === undefined) return
      if (told.event === 'gone') page = { ...page, items: withoutOrder(page.items, told.data.orderId) }
      else if (told.event === 'order')
        page = { ...page, items: withOrder(page.items, told.data, { limit, first: before.length === 0 }) }
      draw()
    },
    state,
  })
}

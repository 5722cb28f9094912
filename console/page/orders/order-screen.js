import { html, nothing } from '/vendor/lit-html.js'
import { announce } from '../announce.js'
import { get, withQuery } from '../api.js'
import { badge } from '../badge.js'
import { follow, repeat } from '../live.js'
import { hrefOf } from '../route.js'
import { problemBox, stateLine, whenKnown } from '../state-line.js'
import { timeOf } from '../times.js'
import { watchBehind } from '../watch-behind.js'
import { codeWords } from '../words.js'
import { messagesOf } from './messages.js'
import { orderActions } from './order-actions.js'
import { moneyOf } from './order-money.js'
import { messagesBox, moneyBox, stockBox, waitBox } from './order-parts.js'
import { timelinePicture } from './timeline-picture.js'
import { waitOf } from './waits-for.js'

/**
 * @import { Screen } from '../main.js'
 * @import { Deadline, DeadLetter, FollowUps, Happened, Order, Page } from '../answers.d.ts'
 */

const wide = matchMedia('(width > 48rem)')
/** Where the code alone would not say it. @type {Readonly<Record<string, string>>} */
const reasons = { customer: 'by the customer', operator: 'by an operator', expired: 'not paid in time' }
/** Several events come at once; one look after the last of them is enough. */
const settleMs = 150

/** One order, as it happens. @param {Screen} screen */
export const orderScreen = ({ path: [orderId = ''], signal, show, called }) => {
  /** @type {Order | undefined} */
  let order
  /** @type {readonly Happened[]} */
  let events = []
  /** @type {readonly DeadLetter[]} */
  let letters = []
  /** @type {Deadline | undefined} */
  let deadline
  /** @type {unknown} */
  let problem
  /** @type {unknown} */
  let behind
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon

  const path = `/api/read/v1/orders/${encodeURIComponent(orderId)}`

  const loadOrder = async () => {
    const [now, timeline] = /** @type {[Order, { items: readonly Happened[] }]} */ (
      await Promise.all([get(path, signal), get(`${path}/timeline`, signal)])
    )
    events = timeline.items
    if (order !== undefined && order.status !== now.status) announce(`${now.number} is ${now.status} now`)
    order = now
    called(`Order ${order.number}`)
    draw()
  }

  const loadLetters = async () => {
    const query = { key: orderId, settled: 'true', limit: 100 }
    const found = /** @type {Page<DeadLetter>} */ (
      await get(withQuery('/api/processors/v1/dead-letters', query), signal)
    )
    letters = found.items
    draw()
  }

  const loadAll = async () => {
    // The one is shown without the other.
    const [ofOrder, ofLetters] = await Promise.allSettled([loadOrder(), loadLetters()])
    for (const loaded of [ofOrder, ofLetters]) if (loaded.status === 'rejected') throw loaded.reason
    state(undefined)
  }
  const again = () => loadAll().catch(state)
  /** @param {unknown} now */
  const state = (now) => {
    problem = now
    draw()
  }
  const changed = () => {
    clearTimeout(soon)
    soon = setTimeout(() => void again(), settleMs)
  }
  signal.addEventListener('abort', () => clearTimeout(soon))

  const draw = () => {
    if (order === undefined)
      return show(
        html`<h1>Order</h1>
          ${whenKnown(order, problem, () => undefined)} ${behind === undefined ? nothing : problemBox(behind)}`,
      )
    const money = moneyOf(order, events)
    return show(html`
      <nav class="crumbs" aria-label="Where you are"><a href=${hrefOf(['orders'])}>Orders</a></nav>
      <header class="title">
        <h1>
          <span class="unseen">Order </span>${order.number} ${badge(order.status)}
          ${order.reason === undefined ? nothing : html`<span class="why">${reasons[order.reason] ?? codeWords(order.reason)}</span>`}
        </h1>
        ${stateLine(problem ?? behind)} ${orderActions(order, money.left, again)}
      </header>
      <p class="under">
        <a href=${hrefOf(['orders'], { in: 'customer', text: order.customerId })}>${order.customerId}</a>
        · placed ${timeOf(order.placedAt)} · revision ${order.revision} ·
        <a href=${hrefOf(['streams', `order-${order.orderId}`])}>stream</a>
      </p>
      ${waitBox(waitOf(order, letters, events, deadline))}
      ${
        order.stale === undefined
          ? nothing
          : html`<p class="notice warn">
              Something of this order may be missing here: an event of it could not be taken in.
            </p>`
      }
      <div class="columns">
        <section class="card" aria-labelledby="timeline">
          <h2 id="timeline">Timeline</h2>
          ${timelinePicture(events, { letters, isWide: wide.matches })}
        </section>
        <div class="aside">
          ${moneyBox(order, money, again)} ${stockBox(order)} ${messagesBox(order.orderId, messagesOf(events), again)}
        </div>
      </div>
    `)
  }

  wide.addEventListener('change', draw, { signal })
  draw()
  void watchBehind(['orders', 'timeline'], signal, (now) => {
    behind = now
    draw()
  })
  get('/api/processors/v1/follow-ups', signal).then(
    (answer) => {
      ;({ deadline } = /** @type {FollowUps} */ (answer))
      draw()
    },
    // The order is shown without it.
    () => undefined,
  )
  // That something has happened is told; how it stands then is asked for, as a whole.
  void follow(`${path}/timeline`, {
    signal,
    message: changed,
    state: (now) => {
      state(now)
      if (now === undefined) changed()
    },
  })
  // What is put aside is told nowhere; and what was missed is seen with the next look.
  void repeat(3_000, signal, loadAll, state)
}

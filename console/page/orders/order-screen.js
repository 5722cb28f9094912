import { html, nothing } from '/vendor/lit-html.js'
import { announce } from '../announce.js'
import { get, withQuery } from '../api.js'
import { badge } from '../badge.js'
import { follow, repeat } from '../live.js'
import { hrefOf } from '../route.js'
import { problemBox, stateLine, waiting } from '../state-line.js'
import { timeOf } from '../times.js'
import { codeWords } from '../words.js'
import { causesOf } from './causes.js'
import { messagesOf } from './messages.js'
import { orderActions } from './order-actions.js'
import { moneyOf } from './order-money.js'
import { messagesBox, moneyBox, stockBox, waitBox } from './order-parts.js'
import { timelinePicture } from './timeline-picture.js'
import { waitOf } from './waits-for.js'

/**
 * @import { Screen } from '../main.js'
 * @import { Deadline, DeadLetter, FollowUps, Happened, Order, Page } from '../answers.d.ts'
 * @import { Known } from './timeline-layout.js'
 */

const wide = matchMedia('(min-width: 48rem)')
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
  /** @type {ReadonlyMap<string, Known>} */
  let known = new Map()
  /** @type {Deadline | undefined} */
  let deadline
  /** @type {unknown} */
  let problem
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
    const found = await get(withQuery('/api/processors/v1/dead-letters', query), signal)
    letters = /** @type {Page<DeadLetter>} */ (found).items
    draw()
  }

  const loadAll = async () => {
    try {
      await loadOrder()
      problem = undefined
    } catch (error) {
      if (signal.aborted) return
      problem = error
    }
    // The picture is whole without its lines; what else is away is told by the order itself.
    known = await causesOf(orderId, signal).catch(() => known)
    if (!signal.aborted) draw()
  }
  const again = async () => {
    await loadAll()
  }

  const changed = () => {
    clearTimeout(soon)
    soon = setTimeout(() => void loadAll(), settleMs)
    draw()
  }
  signal.addEventListener('abort', () => clearTimeout(soon))

  const draw = () => {
    if (order === undefined)
      return show(
        html`<h1>Order</h1>
          ${problem === undefined ? waiting() : problemBox(problem)}`,
      )
    const money = moneyOf(order, events)
    return show(html`
      <nav class="crumbs" aria-label="Where you are"><a href=${hrefOf(['orders'])}>Orders</a></nav>
      <header class="title">
        <h1>
          <span class="unseen">Order </span>${order.number} ${badge(order.status)}
          ${order.reason === undefined ? nothing : html`<span class="why">${codeWords(order.reason)}</span>`}
        </h1>
        ${stateLine(problem)} ${orderActions(order, money.left, again)}
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
          ${timelinePicture(events, { known, letters, laneWidth: wide.matches ? 44 : 20 })}
        </section>
        <div class="aside">
          ${moneyBox(order, money, again)} ${stockBox(order)} ${messagesBox(order.orderId, messagesOf(events), again)}
        </div>
      </div>
    `)
  }

  wide.addEventListener('change', draw, { signal })
  draw()
  void loadAll()
  get('/api/processors/v1/follow-ups', signal).then(
    (answer) => {
      ;({ deadline } = /** @type {FollowUps} */ (answer))
      draw()
    },
    // The order is shown without it.
    () => undefined,
  )
  /** @param {unknown} error */
  const failed = (error) => {
    problem = error
    draw()
  }
  void repeat(3_000, signal, loadLetters, failed)
  // That something has happened is told; how it stands then is asked for, as a whole.
  void follow(`${path}/timeline`, {
    signal,
    message: (name, data) => {
      if (name === 'behind') problem = new Error(String(data.reason))
      changed()
    },
    state: (now) => {
      problem = now
      changed()
    },
  })
}

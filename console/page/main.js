import { html, nothing, render } from '/vendor/lit-html.js'
import { closeDialogs } from './dialog.js'
import { hrefOf, routeOf } from './route.js'
import { setPaused } from './looking.js'
import { hasRunOut, signOut, subjectOf, token, whenSessionChanges } from './session.js'
import { signInAgain } from './sign-in-again.js'
import { signInScreen } from './sign-in.js'

/**
 * @typedef {object} Screen
 * @property {readonly string[]} path what follows the screen's own name in the address
 * @property {URLSearchParams} query
 * @property {AbortSignal} signal comes when the screen is left
 * @property {(title: string) => void} called
 * @property {(content: unknown) => void} show
 */

/** @typedef {(screen: Screen) => void} OpenScreen */

/** @type {Readonly<Record<string, { name: string, load: (path: readonly string[]) => Promise<OpenScreen> }>>} */
const screens = {
  orders: {
    name: 'Orders',
    load: async ([id]) =>
      id === undefined
        ? (await import('./orders/orders-screen.js')).ordersScreen
        : (await import('./orders/order-screen.js')).orderScreen,
  },
  sales: { name: 'Sales', load: async () => (await import('./sales/sales-screen.js')).salesScreen },
  'dead-letters': {
    name: 'Dead letters',
    load: async ([group]) =>
      group === undefined
        ? (await import('./dead-letters/letters-screen.js')).lettersScreen
        : (await import('./dead-letters/letter-screen.js')).letterScreen,
  },
  streams: {
    name: 'Streams',
    load: async ([name]) =>
      name === undefined
        ? (await import('./streams/streams-screen.js')).streamsScreen
        : (await import('./streams/stream-screen.js')).streamScreen,
  },
  projections: {
    name: 'Projections',
    load: async () => (await import('./projections/projections-screen.js')).projectionsScreen,
  },
  health: { name: 'Health', load: async () => (await import('./health/health-screen.js')).healthScreen },
}

const main = /** @type {HTMLElement} */ (document.getElementById('main'))
const top = /** @type {HTMLElement} */ (document.getElementById('top'))
let leaving = new AbortController()
/** What the view is drawn into, and the view that was drawn there last. @type {{ place: HTMLElement, of: string } | undefined} */
let drawn
/** Whose token what is shown was asked for with. @type {string | undefined} */
let shownTo
/** Takes away what covers it. @type {(() => void) | undefined} */
let uncover

/** @param {string} current */
const head = (current) => {
  const bearer = token()
  const places = Object.entries(screens).map(
    ([key, { name }]) =>
      html`<li><a href=${hrefOf([key])} aria-current=${key === current ? 'page' : nothing}>${name}</a></li>`,
  )
  return html`
    <a class="brand" href=${hrefOf(['orders'])}><img src="icon.svg" alt="" width="24" height="24" />Console</a>
    ${
      bearer === undefined
        ? nothing
        : html`
            <nav aria-label="Views">
              <ul>
                ${places}
              </ul>
            </nav>
            <p class="who">
              <span title="Signed in as">${subjectOf(bearer) ?? 'signed in'}</span>
              <button class="quiet" type="button" @click=${signOut}>Sign out</button>
            </p>
          `
    }
  `
}

/** What the address says but for how it is asked: of the same view the same. */
const viewAsked = () => routeOf(location.hash).path.map(encodeURIComponent).join('/') || 'orders'

/**
 * A container of its own for each view, so that nothing of the last one is drawn into this one. Asked otherwise (another filter, another
 * page), a view keeps its own: a field that is being filled in stays the same field, and has the focus still.
 * @param {string} of
 */
const placeFor = (of) => {
  if (drawn?.of === of && drawn.place.isConnected) return drawn.place
  const place = document.createElement('div')
  place.className = 'screen'
  main.replaceChildren(place)
  drawn = { place, of }
  return place
}

/** Draws what the address says; from the start, whenever it changes. */
const open = async () => {
  leaving.abort()
  leaving = new AbortController()
  const { signal } = leaving
  closeDialogs()
  setPaused(false)
  const route = routeOf(location.hash)
  const [key = 'orders', ...path] = route.path
  const screen = Object.hasOwn(screens, key) ? screens[key] : undefined
  render(head(key), top)
  const bearer = token()
  const place = placeFor([bearer && subjectOf(bearer), viewAsked()].join(' '))
  /** @param {unknown} content */
  const show = (content) => {
    if (!signal.aborted) render(content, place)
  }
  /** @param {string} title */
  const called = (title) => {
    if (!signal.aborted) document.title = `${title} · Console`
  }
  const given = { path, query: route.query, signal, called, show }
  if (bearer === undefined) {
    uncover?.()
    uncover = undefined
    return signInScreen(given)
  }
  shownTo = subjectOf(bearer)
  if (screen === undefined) return show(html`<h1>There is no such view</h1>`)
  called(screen.name)
  const opened = await screen.load(path)
  if (!signal.aborted) opened(given)
}

/** A problem in drawing is a fault of the page: the view says so in place of standing still. @param {unknown} fault */
const broken = (fault) => {
  const text = fault instanceof Error ? fault.message : String(fault)
  main.replaceChildren(Object.assign(document.createElement('p'), { className: 'notice bad', textContent: text }))
  throw fault
}

// Where it leads by itself would be another view: addresses behind the # are theirs.
document.querySelector('.skip')?.addEventListener('click', (event) => {
  event.preventDefault()
  main.focus()
})

let before = viewAsked()
addEventListener('hashchange', () => {
  const now = viewAsked()
  const wasIn = main.contains(document.activeElement)
  const opened = open()
  // Another view: begin reading at its top. Another filter of the same: stay where you are, if that is still there.
  if (now !== before) main.focus()
  before = now
  opened.then(() => {
    if (wasIn && document.activeElement === document.body) main.focus()
  }, broken)
})
whenSessionChanges(() => {
  if (hasRunOut()) {
    uncover ??= signInAgain()
    return
  }
  const bearer = token()
  const isSame = uncover !== undefined && bearer !== undefined && subjectOf(bearer) === shownTo
  uncover?.()
  uncover = undefined
  // The same person goes on with what they were at; to anybody else it is not shown.
  if (!isSame) open().catch(broken)
})
open().catch(broken)

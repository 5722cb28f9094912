import { repeat as each } from '/vendor/directives/repeat.js'
import { html, nothing } from '/vendor/lit-html.js'
import { get, withQuery } from '../api.js'
import { follow, repeat } from '../live.js'
import { hrefOf } from '../route.js'
import { Problem } from '../problem.js'
import { stateLine, whenKnown } from '../state-line.js'
import { timeOf } from '../times.js'
import { counted, eventWords } from '../words.js'
import { showEvent } from './event-dialog.js'
import { isProjected, notProjected } from './standard-projections.js'
import { withNewest } from './tail.js'

/**
 * @import { Screen } from '../main.js'
 * @import { StreamEvent, StreamPage, ToldOfStream } from '../answers.d.ts'
 */

const limit = 50

/** One stream, a page at a time; its end as it grows. @param {Screen} screen */
export const streamScreen = ({ path: [stream = ''], query, signal, show, called }) => {
  called(stream)
  const from = query.get('from') ?? undefined
  const forwards = query.get('direction') === 'forwards'
  const atEnd = from === undefined && !forwards
  const base = `/v1/streams/${encodeURIComponent(stream)}`
  /** @type {readonly StreamEvent[]} */
  let items = []
  /** @type {StreamPage | undefined} */
  let page
  /** @type {unknown} */
  let problem

  /** How often it is asked for at the moment. */
  let loading = 0
  /** What was told meanwhile, and may not be in the answers. @type {StreamEvent[]} */
  const meanwhile = []

  const load = async () => {
    loading += 1
    const asked = withQuery(base, { from, direction: forwards ? 'forwards' : 'backwards', limit })
    page = /** @type {StreamPage} */ (
      await get(asked, signal).finally(() => {
        loading -= 1
      })
    )
    // Always newest first, whichever way they were read.
    items = forwards ? page.items.toReversed() : page.items
    for (const event of meanwhile) items = withNewest(items, event, limit)
    if (loading === 0) meanwhile.length = 0
    state(undefined)
  }
  /** @param {unknown} now */
  const state = (now) => {
    problem = now
    draw()
  }

  /** @param {StreamEvent} event @param {boolean} named whether its stream is said */
  const row = (event, named) => html`
    <tr>
      <th scope="row">
        <button type="button" class="link" @click=${() => showEvent(event)}>${eventWords(event.type)}</button>
      </th>
      ${
        named
          ? html`<td data-label="Stream" class="clip">
              <a class="code" href=${hrefOf(['streams', event.stream])}>${event.stream}</a>
              ${event.link === undefined ? nothing : html`<span class="hint">by a link</span>`}
            </td>`
          : nothing
      }
      <td data-label="Revision" class="number">${event.revision}</td>
      <td data-label="Written">${timeOf(event.created)}</td>
    </tr>
  `

  /** @param {string} name @param {string | undefined | null} to @param {'forwards' | 'backwards'} direction */
  const pageLink = (name, to, direction) =>
    to === undefined || to === null
      ? html`<span class="button off">${name}</span>`
      : html`<a class="button" href=${hrefOf(['streams', stream], { from: to, direction })}>${name}</a>`

  /** @param {StreamPage} shown */
  const list = ({ newer, older }) => {
    // In a stream of its own the name of each would be that of the page.
    const hasOthers = items.some((event) => event.stream !== stream)
    return html`
      <table class="stacks">
        <thead>
          <tr>
            <th scope="col">Event</th>
            ${hasOthers ? html`<th scope="col">Stream</th>` : nothing}
            <th scope="col" class="number">Revision</th>
            <th scope="col">Written</th>
          </tr>
        </thead>
        <tbody>
          ${each(
            items,
            ({ cursor }) => cursor,
            (event) => row(event, hasOthers),
          )}
        </tbody>
      </table>
      ${items.length === 0 ? html`<p class="empty">Nothing here.</p>` : nothing}
      <nav class="pager" aria-label="Pages">
        ${atEnd ? html`<span class="button off">Newest</span>` : html`<a class="button" href=${hrefOf(['streams', stream])}>Newest</a>`}
        ${pageLink('Newer', atEnd ? undefined : newer, 'forwards')}
        <span>${counted(items.length, 'event')}</span>
        ${pageLink('Older', older, 'backwards')}
      </nav>
    `
  }

  const draw = () =>
    show(html`
      <nav class="crumbs" aria-label="Where you are"><a href=${hrefOf(['streams'])}>Streams</a></nav>
      <header class="title">
        <h1 class="code">${stream}</h1>
        ${page !== undefined && (atEnd || problem !== undefined) ? stateLine(problem) : nothing}
      </header>
      ${whenKnown(page, problem, list)}
      ${isProjected(stream) && problem instanceof Problem && problem.status === 404 ? notProjected() : nothing}
    `)

  draw()
  void load().catch(state)
  // A store that is back tells so by nothing but its answer.
  void repeat(2_000, signal, async () => (problem === undefined ? undefined : load()), state)
  if (!atEnd) return
  void follow(base, {
    signal,
    message: (/** @type {ToldOfStream} */ { event, data }) => {
      if (event !== 'event') return
      if (loading > 0) meanwhile.push(data)
      items = withNewest(items, data, limit)
      draw()
    },
    state: (now) => {
      state(now)
      if (now === undefined) void load().catch(state)
    },
  })
}

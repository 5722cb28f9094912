import { html, nothing } from '/vendor/lit-html.js'
import { get, withQuery } from '../api.js'
import { follow, repeat } from '../live.js'
import { hrefOf } from '../route.js'
import { problemBox, stateLine, waiting } from '../state-line.js'
import { timeOf } from '../times.js'
import { counted, eventWords } from '../words.js'
import { showEvent } from './event-dialog.js'
import { withNewest } from './tail.js'

/**
 * @import { Screen } from '../main.js'
 * @import { StreamEvent, StreamPage } from '../answers.d.ts'
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

  const load = async () => {
    try {
      page = /** @type {StreamPage} */ (
        await get(withQuery(base, { from, direction: forwards ? 'forwards' : 'backwards', limit }), signal)
      )
      // Always newest first, whichever way they were read.
      items = forwards ? page.items.toReversed() : page.items
      problem = undefined
    } catch (error) {
      if (signal.aborted) return
      problem = error
    }
    draw()
  }

  /** @param {StreamEvent} event */
  const row = (event) => html`
    <tr>
      <th scope="row">
        <button type="button" class="link" @click=${() => showEvent(event)}>${eventWords(event.type)}</button>
      </th>
      <td data-label="Stream" class="clip">
        ${
          event.stream === stream
            ? html`<span class="hint">this one</span>`
            : html`<a class="code" href=${hrefOf(['streams', event.stream])}>${event.stream}</a>`
        }
        ${event.link === undefined ? nothing : html`<span class="hint">by a link</span>`}
      </td>
      <td data-label="Revision" class="number">${event.revision}</td>
      <td data-label="Written">${timeOf(event.created)}</td>
    </tr>
  `

  /** @param {string} name @param {string | undefined | null} to @param {'forwards' | 'backwards'} direction */
  const pageLink = (name, to, direction) =>
    to === undefined || to === null
      ? html`<span class="button off">${name}</span>`
      : html`<a class="button" href=${hrefOf(['streams', stream], { from: to, direction })}>${name}</a>`

  const draw = () =>
    show(html`
      <nav class="crumbs" aria-label="Where you are"><a href=${hrefOf(['streams'])}>Streams</a></nav>
      <header class="title">
        <h1 class="code">${stream}</h1>
        ${page !== undefined && (atEnd || problem !== undefined) ? stateLine(problem) : nothing}
      </header>
      ${
        page === undefined
          ? problem === undefined
            ? waiting()
            : problemBox(problem)
          : html`
              <table class="stacks">
                <thead>
                  <tr>
                    <th scope="col">Event</th>
                    <th scope="col">Stream</th>
                    <th scope="col" class="number">Revision</th>
                    <th scope="col">Written</th>
                  </tr>
                </thead>
                <tbody>
                  ${items.map(row)}
                </tbody>
              </table>
              ${items.length === 0 ? html`<p class="empty">Nothing here.</p>` : nothing}
              <nav class="pager" aria-label="Pages">
                ${atEnd ? html`<span class="button off">Newest</span>` : html`<a class="button" href=${hrefOf(['streams', stream])}>Newest</a>`}
                ${pageLink('Newer', atEnd ? undefined : page.newer, 'forwards')}
                <span>${counted(items.length, 'event')}</span>
                ${pageLink('Older', page.older, 'backwards')}
              </nav>
            `
      }
    `)

  draw()
  void load()
  // A store that is back tells so by nothing but its answer.
  void repeat(2_000, signal, async () => (problem === undefined ? undefined : load()), draw)
  if (!atEnd) return
  void follow(base, {
    signal,
    message: (name, data) => {
      if (name === 'behind') problem = new Error(String(data.reason))
      else if (name === 'event') items = withNewest(items, data, limit)
      draw()
    },
    state: (now) => {
      problem = now
      if (now === undefined) void load()
      draw()
    },
  })
}

import { repeat as each } from '/vendor/directives/repeat.js'
import { html, nothing } from '/vendor/lit-html.js'
import { get } from '../api.js'
import { repeat } from '../live.js'
import { hrefOf } from '../route.js'
import { stateLine, whenKnown } from '../state-line.js'
import { timeOf } from '../times.js'
import { eventWords } from '../words.js'
import { isProjected, notProjected } from './standard-projections.js'

/**
 * @import { Screen } from '../main.js'
 * @import { StreamsFound } from '../answers.d.ts'
 */

const mostShown = 30

/** Where to begin looking into the event store. @param {Screen} screen */
export const streamsScreen = ({ signal, show }) => {
  /** @type {StreamsFound | undefined} */
  let found
  /** @type {unknown} */
  let problem

  /** @param {SubmitEvent} event */
  const go = (event) => {
    event.preventDefault()
    const name = new FormData(/** @type {HTMLFormElement} */ (event.target)).get('stream')
    if (typeof name === 'string' && name.trim() !== '') location.hash = hrefOf(['streams', name.trim()])
  }

  /** @param {string} name */
  const isByType = (name) => name.startsWith('$et-')

  /** @param {readonly string[]} streams */
  const names = (streams) => html`
    <ul class="rows">
      ${each(
        streams,
        (name) => name,
        (name) => html`<li><a class="code" href=${hrefOf(['streams', name])}>${name}</a></li>`,
      )}
    </ul>
  `

  /** @param {StreamsFound} all */
  const lists = ({ items, categories, system }) => html`
    <div class="columns">
      <section class="card" aria-labelledby="recent">
        <h2 id="recent">Written lately</h2>
        <table class="stacks">
          <thead>
            <tr>
              <th scope="col">Stream</th>
              <th scope="col">Last event</th>
              <th scope="col">At</th>
            </tr>
          </thead>
          <tbody>
            ${each(
              items.slice(0, mostShown),
              ({ stream }) => stream,
              ({ stream, lastType, lastAt }) => html`
                <tr>
                  <th scope="row" class="clip"><a class="code" href=${hrefOf(['streams', stream])}>${stream}</a></th>
                  <td data-label="Last event">${eventWords(lastType)}</td>
                  <td data-label="At">${timeOf(lastAt)}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
        ${items.length === 0 ? html`<p class="empty">Nothing but what the store writes by itself.</p>` : nothing}
      </section>
      <section class="card aside" aria-labelledby="system">
        <h2 id="system">Of the store itself</h2>
        ${names(system.filter((name) => !isByType(name)))}
        ${categories.length > 0 && !system.some(isProjected) ? notProjected() : nothing}
        ${
          system.some(isByType)
            ? html`<details>
                <summary>By the type of their events</summary>
                ${names(system.filter(isByType))}
              </details>`
            : nothing
        }
      </section>
    </div>
  `

  const draw = () =>
    show(html`
      <header class="title">
        <h1>Streams</h1>
        ${stateLine(problem, found !== undefined)}
      </header>
      <form class="filters" role="search" aria-label="Streams" @submit=${go}>
        <label class="wide">
          A stream’s name
          <input
            name="stream"
            required
            maxlength="300"
            autocomplete="off"
            spellcheck="false"
            placeholder="order-… or $ce-payment"
          />
        </label>
        <button type="submit" class="primary">Open</button>
      </form>
      ${whenKnown(found, problem, lists)}
    `)

  draw()
  void repeat(
    3_000,
    signal,
    async () => {
      found = /** @type {StreamsFound} */ (await get('/v1/streams', signal))
      problem = undefined
      draw()
    },
    (error) => {
      problem = error
      draw()
    },
  )
}

import { repeat as each } from '/vendor/directives/repeat.js'
import { html, nothing } from '/vendor/lit-html.js'
import { get, withQuery } from '../api.js'
import { badge } from '../badge.js'
import { dataOf } from '../event-data.js'
import { repeat } from '../live.js'
import { hrefOf } from '../route.js'
import { stateLine, whenKnown } from '../state-line.js'
import { timeOf } from '../times.js'
import { codeWords, eventWords } from '../words.js'
import { discard, retry, wouldOf } from './decisions.js'
import { maskedContent, nameOf, pathOf } from './letters.js'

/**
 * @import { Screen } from '../main.js'
 * @import { StreamPage, WholeDeadLetter } from '../answers.d.ts'
 */

/** One event that a service could not handle. @param {Screen} screen */
export const letterScreen = ({ path: [group = '', number = ''], signal, show, called }) => {
  /** @type {WholeDeadLetter | undefined} */
  let letter
  /** What was asked for in spite of its being personal. @type {unknown} */
  let revealed
  /** @type {unknown} */
  let problem

  const load = async () => {
    letter = /** @type {WholeDeadLetter} */ (await get(pathOf({ group, number: Number(number) }), signal))
    called(`Dead letter ${nameOf(letter)}`)
    problem = undefined
    draw()
  }
  const again = () => load().catch(failed)
  /** @param {unknown} error */
  const failed = (error) => {
    problem = error
    draw()
  }

  const reveal = async () => {
    const of = letter?.event
    if (of === null || of === undefined || of.revision === null) return
    const path = withQuery(`/v1/streams/${encodeURIComponent(of.stream)}`, {
      from: of.revision,
      direction: 'forwards',
      limit: 1,
      reveal: 'true',
    })
    try {
      revealed = /** @type {StreamPage} */ (await get(path, signal)).items[0]?.data
      draw()
    } catch (error) {
      failed(error)
    }
  }

  /** @param {WholeDeadLetter} one */
  const content = ({ data, metadata }) => {
    const { data: shown, masked } = maskedContent(data)
    return html`
      ${dataOf(revealed ?? shown)}
      ${
        masked.length === 0 || revealed !== undefined
          ? nothing
          : html`
              <p class="hint">
                Personal data is hidden.
                <button type="button" class="small" @click=${reveal}>Show it (this is logged)</button>
              </p>
            `
      }
      <details>
        <summary>Metadata</summary>
        ${dataOf(metadata, 'Metadata')}
      </details>
    `
  }

  /** @param {WholeDeadLetter} one */
  const facts = ({ reason, event, key, code, lastFailure, parkedAt, attempts, waitsFor, waitingLetters }) => html`
    <dl class="facts">
      <dt>Why</dt>
      <dd>${badge(code, 'bad')} ${lastFailure ?? reason.message}</dd>
      <dt>Event</dt>
      <dd>
        ${
          event === null
            ? 'gone from the store'
            : html`<code>${event.type}</code> · revision ${event.revision} of
                <a class="code" href=${hrefOf(['streams', event.stream])}>${event.stream}</a>`
        }
      </dd>
      ${
        key === null
          ? nothing
          : html`<dt>Order</dt>
              <dd><a class="code" href=${hrefOf(['orders', key])}>${key}</a></dd>`
      }
      <dt>Tried</dt>
      <dd>${reason.attempts ?? 1} × by itself, ${attempts} × by hand</dd>
      ${
        reason.handlerVersion === undefined
          ? nothing
          : html`<dt>Handler</dt>
              <dd>version ${reason.handlerVersion}</dd>`
      }
      <dt>Put aside</dt>
      <dd>${timeOf(parkedAt)}</dd>
      ${
        waitsFor === null
          ? nothing
          : html`<dt>Waits behind</dt>
              <dd><a href=${hrefOf(['dead-letters', group, waitsFor])}>${group} ${waitsFor}</a>: settle that first</dd>`
      }
      <dt>Behind it</dt>
      <dd>
        ${
          waitingLetters.length === 0
            ? 'nothing waits'
            : each(
                waitingLetters,
                (one) => one,
                (one, at) =>
                  html`${at === 0 ? '' : ', '}<a href=${hrefOf(['dead-letters', group, one])}>${group} ${one}</a>`,
              )
        }
      </dd>
    </dl>
  `

  /** @param {WholeDeadLetter['history']} history */
  const historyOf = (history) => html`
    <section class="card" aria-labelledby="history">
      <h2 id="history">What was decided</h2>
      ${
        history.length === 0
          ? html`<p class="empty">Nothing yet.</p>`
          : html`<ul class="rows">
              ${history.map(
                ({ what, by, at, why, outcome }) => html`
                  <li>
                    <span class="item">
                      ${codeWords(what)} by ${by}${why === null ? '' : `: ${why}`}
                      <span class="hint">${outcome ?? 'under way'}</span>
                    </span>
                    <span class="end">${timeOf(at)}</span>
                  </li>
                `,
              )}
            </ul>`
      }
    </section>
  `

  const draw = () => {
    if (letter === undefined)
      return show(
        html`<h1>Dead letter</h1>
          ${whenKnown(letter, problem, () => undefined)}`,
      )
    const one = letter
    show(html`
      <nav class="crumbs" aria-label="Where you are"><a href=${hrefOf(['dead-letters'])}>Dead letters</a></nav>
      <header class="title">
        <h1>
          ${one.event === null ? 'An event that is gone' : eventWords(one.event.type)}
          <span class="why">${nameOf(one)}</span>
          ${one.settled === null ? nothing : badge(codeWords(one.settled.verdict), 'good')}
        </h1>
        ${stateLine(problem)}
        ${
          one.settled === null
            ? html`<div class="actions" role="group" aria-label="What you can do">
                <button
                  type="button"
                  class="primary"
                  ?disabled=${one.waitsFor !== null}
                  @click=${() => retry([one], again)}
                >
                  Retry…
                </button>
                <button type="button" class="danger-quiet" @click=${() => discard([one], again)}>Discard…</button>
              </div>`
            : nothing
        }
      </header>
      ${
        one.settled === null
          ? nothing
          : html`<p class="under">
              Settled ${timeOf(one.settled.at)} by
              ${one.settled.by}${one.settled.why === null ? '' : `: ${one.settled.why}`}
            </p>`
      }
      <div class="columns">
        <section class="card" aria-labelledby="letter">
          <h2 id="letter">The letter</h2>
          ${facts(one)} ${content(one)}
        </section>
        <div class="aside">
          ${
            one.settled === null
              ? html`<section class="card" aria-labelledby="would">
                  <h2 id="would">What a retry would do</h2>
                  ${wouldOf(one.retryWould)}
                </section>`
              : nothing
          }
          ${historyOf(one.history)}
          <section class="card" aria-labelledby="recent">
            <h2 id="recent">Of its order, newest first</h2>
            <ul class="rows">
              ${one.recent.map(
                ({ type, at }) => html`<li><span>${eventWords(type)}</span><span class="end">${timeOf(at)}</span></li>`,
              )}
            </ul>
          </section>
        </div>
      </div>
    `)
  }

  draw()
  void repeat(2_000, signal, load, failed)
}

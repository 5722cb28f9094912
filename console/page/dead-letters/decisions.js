import { html, nothing } from '/vendor/lit-html.js'
import { announce } from '../announce.js'
import { get, post } from '../api.js'
import { confirmWith, showDialog } from '../dialog.js'
import { problemBox, waiting } from '../state-line.js'
import { Problem, wordsFor } from '../problem.js'
import { textIn } from '../text-in.js'
import { counted } from '../words.js'
import { decideAll } from './decide-all.js'
import { nameOf, pathOf } from './letters.js'

/**
 * @import { DeadLetter, WholeDeadLetter } from '../answers.d.ts'
 * @import { Progress } from './decide-all.js'
 * @typedef {Pick<DeadLetter, 'group' | 'number'>} Letter
 */

/** @param {Progress} progress @param {string} what @param {() => void} stop */
const progressOf = ({ done, of, refused, over, ended }, what, stop) => html`
  ${ended === undefined ? nothing : html`<p class="notice bad">It ended before all were tried: ${ended}</p>`}
  <p role="status">${over ? `${done} of ${of}: ${what}.` : `${done} of ${of}…`}</p>
  <progress max=${of} value=${done} aria-label=${what}></progress>
  ${
    refused.length === 0
      ? nothing
      : html`
          <h3>${counted(refused.length, 'was', 'were')} refused</h3>
          <ul class="rows">
            ${refused.map(({ of: name, why }) => html`<li><strong>${name}</strong><span class="end">${why}</span></li>`)}
          </ul>
        `
  }
  ${over ? nothing : html`<button type="button" @click=${stop}>Stop after this one</button>`}
`

/** @param {number} ms */
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** @param {unknown} error */
const pauseAfter = (error) => wait(((error instanceof Problem ? error.retryAfterSeconds : undefined) ?? 1) * 1_000)

/**
 * @param {readonly Letter[]} letters
 * @param {object} how
 * @param {string} how.what
 * @param {number} how.apartMs
 * @param {(letter: Letter) => Promise<unknown>} how.decide
 * @param {() => Promise<void>} again
 */
const run = (letters, { what, apartMs, decide }, again) => {
  let stopped = false
  const stop = () => {
    stopped = true
  }
  // Nothing goes on behind the back of whoever has closed it.
  showDialog(
    what,
    (redraw) => {
      void decideAll(letters, {
        decide,
        nameOf,
        wordsOf: wordsFor,
        passes: (error) => error instanceof Problem && error.passes,
        pause: pauseAfter,
        apart: () => wait(apartMs),
        told: (progress) => redraw(progressOf(progress, what, stop)),
        stopped: () => stopped,
      }).then(async ({ done, of, refused }) => {
        announce(`${what}: ${done} of ${of}, ${refused.length} refused`)
        await again()
      })
      return waiting()
    },
    stop,
  )
}

/** How many at most are begun in a second, where there is more than one. @param {readonly Letter[]} letters */
const rateField = (letters) =>
  letters.length === 1
    ? nothing
    : html`<label
        >At most so many a second<input name="rate" type="number" min="0.1" max="1000" step="any" value="10" required
      /></label>`

/** @param {FormData} given */
const apartMsIn = (given) => 1_000 / Number(given.get('rate') ?? Infinity)

/** @param {readonly Letter[]} letters @param {() => Promise<void>} again */
export const retry = (letters, again) =>
  confirmWith({
    title: letters.length === 1 ? 'Retry it' : `Retry ${letters.length}`,
    happens: html`<p>
      ${letters.length === 1 ? 'The event is' : 'Each event is'} given to the same service once more. What is done
      already is found done; what fails again stands here with the new failure. What waits behind follows by itself.
    </p>`,
    fields: html`${rateField(letters)}`,
    verb: letters.length === 1 ? 'Retry it' : `Retry ${letters.length}`,
    act: async (given) => {
      const decide = (/** @type {Letter} */ letter) => post(pathOf(letter, '/retry'), {})
      run(letters, { what: 'Retrying', apartMs: apartMsIn(given), decide }, again)
    },
  })

/** @param {readonly Letter[]} letters @param {() => Promise<void>} again */
export const discard = (letters, again) =>
  confirmWith({
    title: letters.length === 1 ? 'Discard it' : `Discard ${letters.length}`,
    happens: html`<p>
      ${letters.length === 1 ? 'The event is' : 'These events are'} left undone by the service, for good, and no longer
      hold up what waits behind. Who, when and why is kept.
    </p>`,
    fields: html`<label>Why<input name="why" required maxlength="500" /></label>`,
    verb: 'Discard for good',
    danger: true,
    act: async (given) => {
      const why = textIn(given, 'why')
      const decide = (/** @type {Letter} */ letter) => post(pathOf(letter, '/discard'), { why })
      run(letters, { what: 'Discarding', apartMs: 0, decide }, again)
    },
  })

/** What a retry would do, without doing it. @param {WholeDeadLetter['retryWould']} would */
export const wouldOf = ({ commands, intents, failure }) => {
  if (failure !== null) return html`<p class="notice bad">It would fail again: ${failure}</p>`
  const asked = [...commands, ...intents]
  return asked.length === 0
    ? html`<p>Nothing: all that follows from the event is done, or nothing does.</p>`
    : html`<ul class="chips">
        ${asked.map((one) => html`<li class="chip">${one}</li>`)}
      </ul>`
}

/** @param {readonly DeadLetter[]} letters */
export const dryRun = (letters) =>
  showDialog('What a retry would do', (redraw) => {
    void Promise.all(
      letters.map(async (letter) => {
        try {
          const { retryWould } = /** @type {WholeDeadLetter} */ (await get(pathOf(letter)))
          return html`<h3>${nameOf(letter)} · ${letter.event?.type ?? 'gone'}</h3>
            ${wouldOf(retryWould)}`
        } catch (error) {
          return html`<h3>${nameOf(letter)}</h3>
            ${problemBox(error)}`
        }
      }),
    ).then((all) => redraw(html`${all}`))
    return waiting()
  })

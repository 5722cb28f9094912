import { html, nothing } from '/vendor/lit-html.js'
import { announce } from '../announce.js'
import { get, post } from '../api.js'
import { confirmWith, showDialog } from '../dialog.js'
import { problemBox, waiting } from '../state-line.js'
import { wordsFor } from '../problem.js'
import { counted } from '../words.js'
import { decideAll } from './decide-all.js'
import { nameOf, pathOf } from './letters.js'

/**
 * @import { DeadLetter, WholeDeadLetter } from '../answers.d.ts'
 * @import { Progress } from './decide-all.js'
 */

/** @param {Progress} progress @param {string} what @param {() => void} stop */
const progressOf = ({ done, of, refused, over }, what, stop) => html`
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

/** @param {readonly DeadLetter[]} letters @param {string} what @param {(letter: DeadLetter) => Promise<unknown>} decide @param {() => Promise<void>} again */
const run = (letters, what, decide, again) => {
  let stopped = false
  showDialog(what, (redraw) => {
    const stop = () => {
      stopped = true
    }
    void decideAll(letters, {
      decide,
      nameOf,
      wordsOf: wordsFor,
      told: (progress) => redraw(progressOf(progress, what, stop)),
      stopped: () => stopped,
    }).then(async ({ done, of, refused }) => {
      announce(`${what}: ${done} of ${of}, ${refused.length} refused`)
      await again()
    })
    return waiting()
  })
}

/** @param {readonly DeadLetter[]} letters @param {() => Promise<void>} again */
export const retry = (letters, again) =>
  confirmWith({
    title: letters.length === 1 ? 'Retry it' : `Retry ${letters.length}`,
    happens: html`<p>
      ${letters.length === 1 ? 'The event is' : 'Each event is'} given to the same service once more. What is done
      already is found done; what fails again stands here with the new failure. What waits behind follows by itself.
    </p>`,
    verb: letters.length === 1 ? 'Retry it' : `Retry ${letters.length}`,
    act: async () => run(letters, 'Retrying', (letter) => post(pathOf(letter, '/retry'), {}), again),
  })

/** @param {readonly DeadLetter[]} letters @param {() => Promise<void>} again */
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
      const why = String(given.get('why')).trim()
      run(letters, 'Discarding', (letter) => post(pathOf(letter, '/discard'), { why }), again)
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

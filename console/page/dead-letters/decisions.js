import { html, nothing } from '/vendor/lit-html.js'
import { announce } from '../announce.js'
import { get, post } from '../api.js'
import { confirmWith, showDialog } from '../dialog.js'
import { problemBox, waiting } from '../state-line.js'
import { Problem, wordsFor } from '../problem.js'
import { hrefOf } from '../route.js'
import { textIn } from '../text-in.js'
import { counted } from '../words.js'
import { decideAll } from './decide-all.js'
import { nameOf, pathOf } from './letters.js'
import { watchOutcomes } from './outcomes.js'

/**
 * @import { TemplateResult } from '/vendor/lit-html.js'
 * @import { DeadLetter, WholeDeadLetter } from '../answers.d.ts'
 * @import { Progress } from './decide-all.js'
 * @import { Outcomes } from './outcomes.js'
 * @typedef {Pick<DeadLetter, 'group' | 'number'>} Letter
 */

/**
 * How each kind of decision is spoken of: while it goes on, and once it is over.
 * @typedef {{ title: string, over: (accepted: string) => string }} Words
 */

/** @param {string} title @param {readonly { of: string, why: string }[]} those */
const named = (title, those) =>
  those.length === 0
    ? nothing
    : html`
        <h3>${title}</h3>
        <ul class="rows">
          ${those.map(({ of, why }) => html`<li><strong>${of}</strong><span class="end">${why}</span></li>`)}
        </ul>
      `

/** @param {Outcomes} outcomes */
const outcomesText = ({ handled, failed, open }) =>
  [`${handled} handled`, `${failed.length} failed again`, ...(open === 0 ? [] : [`${open} under way`])].join(', ')

/** @param {Progress} progress @param {Words} words @param {() => void} stop @param {Outcomes} [outcomes] */
const progressOf = ({ done, of, refused, over, ended }, words, stop, outcomes) => html`
  ${ended === undefined ? nothing : html`<p class="notice bad">It ended before all were tried: ${ended}</p>`}
  <p role="status">
    ${over ? words.over(`${done - refused.length} of ${of}`) : `${done} of ${of}…`}
    ${outcomes === undefined ? nothing : html`<strong>${outcomesText(outcomes)}.</strong>`}
  </p>
  <progress max=${of} value=${done} aria-label=${words.title}></progress>
  ${named(`${counted(refused.length, 'was', 'were')} refused`, refused)}
  ${named('Failed again', outcomes?.failed ?? [])}
  ${over ? nothing : html`<button type="button" @click=${stop}>Stop after this one</button>`}
`

/** @param {number} ms */
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** @param {unknown} error */
const pauseAfter = (error) => wait(((error instanceof Problem ? error.retryAfterSeconds : undefined) ?? 1) * 1_000)

/** How often it is asked what became of those that were retried. */
const lookEveryMs = 500

/**
 * @param {readonly Letter[]} letters
 * @param {object} how
 * @param {Words} how.words
 * @param {number} how.apartMs
 * @param {(letter: Letter) => Promise<unknown>} how.decide
 * @param {boolean} how.isWatched whether it is only begun by that, and what comes of it is seen later
 * @param {() => Promise<void>} again
 */
const run = (letters, { words, apartMs, decide, isWatched }, again) => {
  let stopped = false
  let closed = false
  const stop = () => {
    stopped = true
  }
  /** @type {Letter[]} */
  const begun = []
  /** @param {(content: TemplateResult) => void} redraw */
  const go = async (redraw) => {
    const last = await decideAll(letters, {
      decide: async (letter) => {
        await decide(letter)
        begun.push(letter)
      },
      nameOf,
      wordsOf: wordsFor,
      passes: (error) => error instanceof Problem && error.passes,
      pause: pauseAfter,
      apart: () => wait(apartMs),
      told: (progress) => redraw(progressOf(progress, words, stop)),
      stopped: () => stopped,
    })
    announce(`${words.title}: ${last.done} of ${last.of}, ${last.refused.length} refused`)
    await again()
    if (!isWatched) return
    await watchOutcomes(begun, {
      look: (letter) => get(pathOf(letter)),
      nameOf,
      pause: () => wait(lookEveryMs),
      told: (outcomes) => redraw(progressOf(last, words, stop, outcomes)),
      stopped: () => closed,
    })
    await again()
  }
  showDialog(
    words.title,
    (redraw) => {
      void go(redraw)
      return waiting()
    },
    // Nothing goes on behind the back of whoever has closed it.
    () => {
      stop()
      closed = true
    },
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
      run(
        letters,
        {
          words: { title: 'Retrying', over: (accepted) => `${accepted} given to the service once more.` },
          apartMs: apartMsIn(given),
          decide,
          isWatched: true,
        },
        again,
      )
    },
  })

/** @param {readonly Letter[]} letters @param {() => Promise<void>} again */
export const discard = (letters, again) =>
  confirmWith({
    title: letters.length === 1 ? 'Discard it' : `Discard ${letters.length}`,
    happens: html`<p>
      ${
        letters.length === 1
          ? 'The event is left undone by the service, for good, and no longer holds'
          : 'These events are left undone by the service, for good, and no longer hold'
      }
      up what waits behind. Who, when and why is kept.
    </p>`,
    fields: html`<label>Why<input name="why" required maxlength="500" /></label>`,
    verb: 'Discard for good',
    danger: true,
    act: async (given) => {
      const why = textIn(given, 'why')
      const decide = (/** @type {Letter} */ letter) => post(pathOf(letter, '/discard'), { why })
      const words = { title: 'Discarding', over: (/** @type {string} */ accepted) => `${accepted} discarded.` }
      run(letters, { words, apartMs: 0, decide, isWatched: false }, again)
    },
  })

/** What a retry would do, without doing it. @param {WholeDeadLetter['retryWould']} would */
export const wouldOf = ({ commands, events, intents, failure }) => {
  const writes = events.map(
    ({ type, stream }) =>
      html`<li>Write <b>${type}</b> to <a class="code" href=${hrefOf(['streams', stream])}>${stream}</a></li>`,
  )
  const calls = intents.map((one) => html`<li>Begin <b>${one}</b></li>`)
  return html`${
    commands.length === 0
      ? nothing
      : html`<ul class="chips" aria-label="Asked for">
          ${commands.map((one) => html`<li class="chip">${one}</li>`)}
        </ul>`
  }
  ${failure === null ? nothing : html`<p class="notice bad">It would fail again: ${failure}</p>`}
  ${
    writes.length + calls.length > 0
      ? html`<ol class="would">
          ${writes}${calls}
        </ol>`
      : nothing
  }
  ${
    failure === null && writes.length + calls.length === 0
      ? html`<p>Nothing: all that follows from the event is done, or nothing does.</p>`
      : html`<p class="hint">So it was just now, gone through without writing anything.</p>`
  }`
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

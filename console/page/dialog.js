import { html, nothing, render } from '/vendor/lit-html.js'
import { wordsFor } from './problem.js'

/** @import { TemplateResult } from '/vendor/lit-html.js' */

const place = () => /** @type {HTMLElement} */ (document.getElementById('dialogs'))

/** @param {unknown} content @param {string} kind */
const opened = (content, kind) => {
  const element = document.createElement('dialog')
  element.className = kind
  element.setAttribute('aria-labelledby', 'dialog-title')
  place().append(element)
  const opener = document.activeElement
  element.addEventListener('close', () => {
    element.remove()
    // The browser gives the focus back to where it was, if that is still there: what was done may have taken its button away.
    if (opener?.isConnected !== true) document.getElementById('main')?.focus()
  })
  render(content, element)
  element.showModal()
  return element
}

/** Those of a screen that is left. */
export const closeDialogs = () => {
  for (const element of [...place().querySelectorAll('dialog')]) element.close()
}

/**
 * Something to look at.
 * @param {string} title
 * @param {(redraw: (content: TemplateResult) => void) => TemplateResult} contentOf may draw anew, with what it has come to know
 * @param {() => void} [closed] whichever way it was
 */
export const showDialog = (title, contentOf, closed = () => undefined) => {
  /** @param {unknown} content */
  const whole = (content) => html`
    <header>
      <h2 id="dialog-title">${title}</h2>
      <button class="quiet" type="button" @click=${() => element.close()}>Close</button>
    </header>
    <div class="dialog-body" tabindex="0" role="region" aria-labelledby="dialog-title">${content}</div>
  `
  const element = opened(nothing, 'look')
  element.addEventListener('close', closed)
  render(whole(contentOf((content) => render(whole(content), element))), element)
}

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {TemplateResult} happens what will happen, in sentences
 * @property {TemplateResult} [fields] what has to be said with it: named inputs
 * @property {string} verb on the button that does it
 * @property {boolean} [danger] it cannot be taken back
 * @property {(given: FormData) => Promise<void>} act throws what is to be shown
 * @property {(problem: unknown) => boolean} [over] whether after this there is nothing left to try here
 */

/** Asks before something is done, and says what came of it. @param {Question} question */
export const confirmWith = ({ title, happens, fields, verb, danger = false, act, over = () => false }) => {
  let busy = false
  let ended = false
  /** @type {unknown} */
  let problem

  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault()
    if (busy || ended) return
    busy = true
    problem = undefined
    const given = new FormData(/** @type {HTMLFormElement} */ (event.target))
    draw()
    try {
      await act(given)
      element.close()
    } catch (error) {
      problem = error
      ended = over(error)
    } finally {
      busy = false
      draw()
    }
  }

  const content = () => html`
    <form @submit=${submit}>
      <h2 id="dialog-title">${title}</h2>
      <div class="happens">${happens}</div>
      ${fields ?? nothing}
      ${problem === undefined ? nothing : html`<p class="notice bad" role="alert">${wordsFor(problem)}</p>`}
      <footer>
        <button type="button" class="quiet" @click=${() => element.close()}>
          ${ended ? 'Close' : 'Keep as it is'}
        </button>
        ${
          ended
            ? nothing
            : html`<button type="submit" class=${danger ? 'danger' : 'primary'} aria-disabled=${busy}>
                ${busy ? 'One moment…' : verb}
              </button>`
        }
      </footer>
    </form>
  `
  const element = opened(content(), 'ask')
  const draw = () => {
    render(content(), element)
    // The button that had the focus may be gone.
    if (element.open && !element.contains(document.activeElement))
      /** @type {HTMLElement | null} */ (element.querySelector('footer button'))?.focus()
  }
}

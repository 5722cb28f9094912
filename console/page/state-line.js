import { html } from '/vendor/lit-html.js'
import { paused } from './live.js'
import { isPaused, setPaused } from './looking.js'
import { wordsFor } from './problem.js'

/**
 * Whether what is shown is how it stands, and a way to make it stand still.
 * @param {unknown} problem undefined: it is
 * @param {boolean} [isShown] whether anything is
 */
export const stateLine = (problem, isShown = true) => {
  const isHeld = isPaused()
  const isLive = problem === undefined || problem === paused
  return html`
    <div class="state ${isHeld ? 'held' : isLive ? 'live' : 'away'}">
      <span class="dot" aria-hidden="true"></span>
      <p role="status">
        ${isHeld ? 'Paused' : isLive ? 'Live' : `${wordsFor(problem)}${isShown ? ' What is shown is what was there before.' : ''}`}
      </p>
      <button class="quiet small" type="button" @click=${() => setPaused(!isHeld)}>
        ${isHeld ? 'Go on' : 'Pause'}
      </button>
    </div>
  `
}

/** In place of what could not be had. @param {unknown} problem */
export const problemBox = (problem) => html`<p class="notice bad" role="alert">${wordsFor(problem)}</p>`

/** In place of what is not there yet. */
export const waiting = () => html`<p class="empty" aria-busy="true">One moment…</p>`

/**
 * What a view shows of what it has asked for; before that is there, why it is not.
 * @template Known
 * @param {Known | undefined} known
 * @param {unknown} problem
 * @param {(known: Known) => unknown} shown
 */
export const whenKnown = (known, problem, shown) => {
  if (known !== undefined) return shown(known)
  return problem === undefined ? waiting() : problemBox(problem)
}

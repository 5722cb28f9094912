import { html } from '/vendor/lit-html.js'
import { wordsFor } from './problem.js'

/** Whether what is shown is how it stands. @param {unknown} problem undefined: it is */
export const stateLine = (problem) =>
  problem === undefined
    ? html`<p class="state live"><span class="dot" aria-hidden="true"></span>Live</p>`
    : html`<p class="state away" role="status"><span class="dot" aria-hidden="true"></span>${wordsFor(problem)}</p>`

/** In place of what could not be had. @param {unknown} problem */
export const problemBox = (problem) => html`<p class="notice bad" role="alert">${wordsFor(problem)}</p>`

/** In place of what is not there yet. */
export const waiting = () => html`<p class="empty" aria-busy="true">One moment…</p>`

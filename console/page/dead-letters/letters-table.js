import { repeat as each } from '/vendor/directives/repeat.js'
import { html, nothing } from '/vendor/lit-html.js'
import { badge } from '../badge.js'
import { hrefOf } from '../route.js'
import { timeOf } from '../times.js'
import { eventWords } from '../words.js'
import { nameOf } from './letters.js'

/**
 * @import { DeadLetter } from '../answers.d.ts'
 * @typedef {(letter: DeadLetter, on: boolean) => void} Tick
 */

/** @param {DeadLetter} letter @param {ReadonlySet<string>} ticked @param {Tick} tick */
const row = (letter, ticked, tick) => html`
  <tr>
    <td class="tick">
      ${
        letter.settled === null
          ? html`<input
              type="checkbox"
              aria-label="Choose ${nameOf(letter)}"
              .checked=${ticked.has(nameOf(letter))}
              @change=${(/** @type {Event} */ event) =>
                tick(letter, /** @type {HTMLInputElement} */ (event.target).checked)}
            />`
          : nothing
      }
    </td>
    <th scope="row">
      <a href=${hrefOf(['dead-letters', letter.group, letter.number])}>
        ${letter.event === null ? 'The event is gone' : eventWords(letter.event.type)}
        <span class="hint">${nameOf(letter)}</span>
      </a>
    </th>
    <td data-label="Reason">
      ${badge(letter.code, letter.settled !== null || letter.waitsFor !== null ? 'calm' : 'bad')}
    </td>
    <td data-label="Order" class="clip">
      ${letter.key === null ? nothing : html`<a class="code" href=${hrefOf(['orders', letter.key])}>${letter.key}</a>`}
    </td>
    <td data-label="Tried" class="number">${(letter.reason.attempts ?? 1) + letter.attempts}</td>
    <td data-label="Behind it" class="number">${letter.waiting}</td>
    <td data-label="Since">${timeOf(letter.parkedAt)}</td>
  </tr>
`

/**
 * One row a letter; those that are not settled can be ticked, by their names.
 * @param {readonly DeadLetter[]} letters @param {ReadonlySet<string>} ticked @param {Tick} tick
 */
export const lettersTable = (letters, ticked, tick) => html`
  <table class="stacks">
    <thead>
      <tr>
        <th scope="col" class="tick"><span class="unseen">Choose</span></th>
        <th scope="col">Event</th>
        <th scope="col">Reason</th>
        <th scope="col">Order</th>
        <th scope="col" class="number">Tried</th>
        <th scope="col" class="number">Behind it</th>
        <th scope="col">Since</th>
      </tr>
    </thead>
    <tbody>
      ${each(letters, nameOf, (letter) => row(letter, ticked, tick))}
    </tbody>
  </table>
`

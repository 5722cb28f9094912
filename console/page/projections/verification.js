import { html, nothing } from '/vendor/lit-html.js'

/** @import { Verification } from '../answers.d.ts' */

/** @param {Verification} found */
const differencesIn = (found) =>
  found.compared ? found.onlyLive.count + found.onlyNew.count + found.different.count : 0

/** In one line. @param {Verification} found */
export const verificationText = (found) =>
  found.compared
    ? `verified: ${differencesIn(found).toLocaleString('en')} of ${found.rows.toLocaleString('en')} rows differ`
    : `not verified: ${found.reason}`

/** What differs, and what was left out. @param {Verification} found @returns {readonly (readonly [string, string])[]} */
export const verificationDetails = (found) => {
  if (!found.compared) return []
  const { onlyLive, onlyNew, different, columnsAdded, columnsDropped } = found
  const kinds = /** @type {const} */ ([
    ['Only in the live table', onlyLive],
    ['Only in the new one', onlyNew],
    ['Different', different],
  ])
  const columns = /** @type {const} */ ([
    ['Columns added, not compared', columnsAdded],
    ['Columns dropped, not compared', columnsDropped],
  ])
  return [
    ...kinds
      .filter(([, { count }]) => count > 0)
      .map(
        ([name, { count, keys }]) =>
          /** @type {const} */ ([
            `${name}: ${count.toLocaleString('en')}`,
            keys.join(', ') + (count > keys.length ? ', …' : ''),
          ]),
      ),
    ...columns
      .filter(([, names]) => names.length > 0)
      .map(([name, names]) => /** @type {const} */ ([name, names.join(', ')])),
  ]
}

/** @param {Verification | null | undefined} found */
export const verificationNotes = (found) => {
  if (found === null || found === undefined) return nothing
  const details = verificationDetails(found)
  const line = html`<p class="hint">Compared with the table before: ${verificationText(found)}.</p>`
  return details.length === 0
    ? line
    : html`${line}
        <details>
          <summary>What differs</summary>
          <dl class="facts">
            ${details.map(
              ([name, text]) =>
                html`<dt>${name}</dt>
                  <dd>${text}</dd>`,
            )}
          </dl>
        </details>`
}

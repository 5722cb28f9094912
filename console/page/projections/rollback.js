import { html, nothing } from '/vendor/lit-html.js'
import { get, post } from '../api.js'
import { confirmWith } from '../dialog.js'
import { Problem } from '../problem.js'
import { timeOf } from '../times.js'
import { counted } from '../words.js'

/** @import { Projection, Rollback } from '../answers.d.ts' */

/** @param {string} name */
const pathOf = (name) => `/api/projections/v1/projections/${encodeURIComponent(name)}/rollback`

/**
 * Which table would be put back, and how far that is. Undefined where the process is of the release before and puts none back.
 * @param {string} name @param {AbortSignal} signal
 */
export const loadRollback = async (name, signal) =>
  /** @type {Rollback | undefined} */ (
    await get(pathOf(name), signal).catch((error) => {
      if (!(error instanceof Problem) || error.status !== 404) throw error
    })
  )

/** @param {Rollback} rollback @param {(begun: Rollback) => void} begun */
const ask = ({ name, kept }, begun) =>
  confirmWith({
    title: `Put the table of ${name} before back`,
    happens: html`<p>
      The table that was replaced ${timeOf(kept?.since)} is brought to where the live one is, and takes its place then;
      until then the live one serves on. The live one is kept in turn, so that this can be taken back. Your name is
      written down with it.
    </p>`,
    verb: 'Put it back',
    act: async () => begun(/** @type {Rollback} */ (await post(pathOf(name), { generation: kept?.generation }))),
  })

/**
 * Nothing where no table is kept.
 * @param {Rollback | undefined} rollback
 * @param {boolean} busy
 * @param {(begun: Rollback) => void} begun
 */
export const rollbackButton = (rollback, busy, begun) =>
  rollback === undefined || rollback.kept === null
    ? nothing
    : html`<button
        type="button"
        class="small"
        ?disabled=${busy || rollback.refusal !== null}
        @click=${() => ask(rollback, begun)}
      >
        Put ${rollback.name} back…
      </button>`

/** @param {Rollback} rollback */
const outcomeOf = ({ name, state, share = 0, events, failure, endedAt }) => {
  if (state === 'running')
    return html`
      <div class="rebuild" role="group" aria-label="Rollback of ${name}">
        <progress max="1" value=${share} aria-label="Rollback of ${name}"></progress>
        <span class="number">${Math.floor(share * 100)} %</span>
        <p class="hint">The table before is brought to where the live one is, and takes its place then.</p>
      </div>
    `
  if (state === 'failed')
    return html`<p class="notice bad">It was not put back: ${failure}. The live table is as it was.</p>`
  if (state === 'done')
    return html`<p class="notice good">Put back ${timeOf(endedAt)}, after ${counted(events ?? 0, 'event')}.</p>`
  return nothing
}

/** What has been put back, what is kept, or why that cannot be put back. @param {Projection} projection @param {Rollback | undefined} rollback */
export const rollbackNotes = ({ putBack }, rollback) => html`
  ${rollback === undefined ? nothing : outcomeOf(rollback)}
  ${
    putBack === null || putBack === undefined
      ? nothing
      : html`<p class="hint">This table was put back by ${putBack.by}, ${timeOf(putBack.at)}.</p>`
  }
  ${
    rollback === undefined || rollback.kept === null
      ? nothing
      : html`<p class="hint">
          The table before, of version ${rollback.kept.version}, was replaced ${timeOf(rollback.kept.since)}, and
          ${rollback.refusal === null ? 'can be put back' : `cannot be put back: ${rollback.refusal}`}.
        </p>`
  }
`

import { repeat as each } from '/vendor/directives/repeat.js'
import { html, nothing } from '/vendor/lit-html.js'
import { announce } from '../announce.js'
import { get, post } from '../api.js'
import { badge } from '../badge.js'
import { confirmWith } from '../dialog.js'
import { durationText } from '../durations.js'
import { repeat } from '../live.js'
import { Problem } from '../problem.js'
import { problemBox, stateLine, waiting } from '../state-line.js'
import { timeOf } from '../times.js'
import { counted } from '../words.js'
import { rateOf } from './rate.js'
import { loadRollback, rollbackButton, rollbackNotes } from './rollback.js'
import { verificationNotes } from './verification.js'

/**
 * @import { Screen } from '../main.js'
 * @import { Projection, Rebuild, Rollback } from '../answers.d.ts'
 */

/** @param {string} name */
const rebuildPath = (name) => `/api/projections/v1/projections/${encodeURIComponent(name)}/rebuild`

/** The read models: how far they are, building them anew, and putting them back. @param {Screen} screen */
export const projectionsScreen = ({ signal, show }) => {
  /** @type {readonly Projection[] | undefined} */
  let projections
  /** @type {Map<string, Rebuild>} */
  const rebuilds = new Map()
  /** @type {Map<string, Rollback>} */
  const rollbacks = new Map()
  /** @type {Map<string, { at: number, events: number }>} */
  const looks = new Map()
  /** @type {Map<string, number | undefined>} */
  const rates = new Map()
  /** Names of those that the projections process does not keep, and so cannot build anew. @type {Set<string>} */
  const ofProcessors = new Set()
  /** @type {unknown} */
  let problem
  /** Of the process that builds them: without it, how far they are is shown all the same. @type {unknown} */
  let builderProblem
  let builderIsAsked = false

  const load = async () => {
    const { items } = /** @type {{ items: readonly Projection[] }} */ (await get('/api/read/v1/projections', signal))
    const at = performance.now()
    for (const { name, events } of items) {
      rates.set(name, rateOf(looks.get(name), { at, events }))
      looks.set(name, { at, events })
    }
    projections = items
    problem = undefined
    draw()
    if (builderIsAsked) return
    builderIsAsked = true
    void repeat(1_000, signal, loadRebuilds, (error) => {
      builderProblem = error
      draw()
    })
  }

  const loadRebuilds = async () => {
    await Promise.all((projections ?? []).filter(({ name }) => !ofProcessors.has(name)).map(loadRebuild))
    builderProblem = undefined
    draw()
  }

  /** @param {Projection} projection */
  const loadRebuild = async ({ name }) => {
    const now = /** @type {Rebuild | undefined} */ (
      await get(rebuildPath(name), signal).catch((error) => {
        if (!(error instanceof Problem) || error.status !== 404) throw error
        ofProcessors.add(name)
      })
    )
    if (now === undefined) return
    if (rebuilds.get(name)?.state === 'running' && now.state !== 'running')
      announce(`The rebuild of ${name}: ${now.state}`)
    rebuilds.set(name, now)
    const back = await loadRollback(name, signal)
    if (back === undefined) return
    if (rollbacks.get(name)?.state === 'running' && back.state !== 'running')
      announce(`The rollback of ${name}: ${back.state}`)
    rollbacks.set(name, back)
  }

  /** @param {Projection} projection */
  const rebuild = ({ name, events, setAside }) =>
    confirmWith({
      title: `Build ${name} anew`,
      happens: html`<p>
        A new table is built beside the live one, from the first event on (about ${counted(events, 'event')}), compared
        with it, and takes its place, whatever differs. Until then the live one serves on; afterwards it is kept for a
        while, and can be put back.
        ${setAside.count === 0 ? nothing : html`Rows that are set aside make the rebuild fail, if their events still cannot be folded.`}
      </p>`,
      fields: html`<label class="check">
        <input type="checkbox" name="dryRun" />Compare alone: what is built is dropped, and the live table stays
      </label>`,
      verb: 'Build it anew',
      act: async (given) => {
        const wanted = given.has('dryRun') ? { dryRun: true } : {}
        rebuilds.set(name, /** @type {Rebuild} */ (await post(rebuildPath(name), wanted)))
        announce(`${name} is built anew`)
        draw()
      },
    })

  /** @param {Projection} projection @param {Rebuild | undefined} now */
  const progress = ({ name, rebuild: table, verification }, now) => {
    const share = now?.share ?? table?.share ?? 0
    // What was killed has left its table behind; the process that builds them knows better.
    if (now?.state === 'running' || (now === undefined && table !== null))
      return html`
        <div class="rebuild" role="group" aria-label="Rebuild of ${name}">
          <progress max="1" value=${share} aria-label="Rebuild of ${name}"></progress>
          <span class="number">${Math.floor(share * 100)} %</span>
          <p class="hint">
            ${
              now?.phase === 'verifying' || table?.verifying === true
                ? 'Verifying: it is compared with the live table.'
                : `Built beside the live table${now?.events === undefined ? '' : `, ${counted(now.events, 'event')} so far`};
            compared with it when it has caught up.`
            }
          </p>
        </div>
      `
    if (now?.state === 'failed')
      return html`<p class="notice bad">The rebuild failed: ${now.failure}. The live table is as it was.</p>`
    if (now?.state === 'done')
      return html`
        <p class="notice good">
          ${now.dryRun ? 'Built to compare' : 'Built anew'}${now.events === undefined ? '' : ` from ${counted(now.events, 'event')}`},
          and ${now.dryRun ? 'dropped' : 'swapped in'} ${timeOf(now.endedAt)}.
        </p>
        ${verificationNotes(now.verification)}
      `
    return verificationNotes(verification)
  }

  /** @param {Projection} projection */
  const card = (projection) => {
    const { name, version, events, lagSeconds, caughtUp, standsStill, setAside, lastEventAt } = projection
    const now = rebuilds.get(name)
    const back = rollbacks.get(name)
    const running = now?.state === 'running' || back?.state === 'running'
    const rate = rates.get(name)
    return html`
      <section class="card" aria-labelledby="projection-${name}">
        <header class="title">
          <h2 id="projection-${name}">
            ${name} <span class="why">version ${version}</span>
            ${standsStill !== null ? badge('Stands still', 'bad') : caughtUp ? badge('Up to date', 'good') : badge('Behind', 'warn')}
          </h2>
          ${
            rebuilds.has(name)
              ? html`<div class="actions">
                  <button
                    type="button"
                    class="small"
                    aria-label="Rebuild ${name}"
                    ?disabled=${running}
                    @click=${() => rebuild(projection)}
                  >
                    Rebuild…
                  </button>
                  ${rollbackButton(back, running, (begun) => {
                    rollbacks.set(name, begun)
                    announce(`${name} is put back`)
                    draw()
                  })}
                </div>`
              : ofProcessors.has(name)
                ? html`<p class="hint">kept by the processors</p>`
                : nothing
          }
        </header>
        <dl class="figures">
          <div>
            <dt>Lag</dt>
            <dd>${durationText(lagSeconds * 1_000)}</dd>
          </div>
          <div>
            <dt>Rate</dt>
            <dd>${rate === undefined ? '–' : `${rate.toFixed(rate < 10 ? 1 : 0)}/s`}</dd>
          </div>
          <div>
            <dt>Events</dt>
            <dd>${events.toLocaleString()}</dd>
          </div>
          <div>
            <dt>Last event</dt>
            <dd>${timeOf(lastEventAt)}</dd>
          </div>
          <div>
            <dt>Set aside</dt>
            <dd>${counted(setAside.count, 'row')}</dd>
          </div>
        </dl>
        ${standsStill === null ? nothing : html`<p class="notice bad">${standsStill}</p>`} ${progress(projection, now)}
        ${rollbackNotes(projection, back)}
        ${
          setAside.count === 0
            ? nothing
            : html`
                <details>
                  <summary>Rows whose events could not be folded</summary>
                  <ul class="rows">
                    ${setAside.first.map(
                      ({ key, eventType, error }) =>
                        html`<li><span class="code">${key}</span><span class="end">${eventType}: ${error}</span></li>`,
                    )}
                  </ul>
                </details>
              `
        }
      </section>
    `
  }

  const draw = () =>
    show(html`
      <header class="title">
        <h1>Projections</h1>
        ${stateLine(problem ?? builderProblem, projections !== undefined)}
      </header>
      ${projections === undefined ? (problem === undefined ? waiting() : problemBox(problem)) : each(projections, ({ name }) => name, card)}
    `)

  draw()
  void repeat(1_000, signal, load, (error) => {
    problem = error
    draw()
  })
}

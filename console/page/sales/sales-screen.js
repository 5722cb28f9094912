import { html, nothing } from '/vendor/lit-html.js'
import { announce } from '../announce.js'
import { ask, get, withQuery } from '../api.js'
import { repeat } from '../live.js'
import { Problem } from '../problem.js'
import { hrefOf } from '../route.js'
import { saveFile } from '../save-file.js'
import { problemBox, stateLine, waiting } from '../state-line.js'
import { periodIn, usualPeriods } from './periods.js'
import { currencyCard } from './sales-parts.js'

/**
 * @import { Screen } from '../main.js'
 * @import { SalesReport } from './answers.d.ts'
 */

/** What was sold, each currency by itself. @param {Screen} screen */
export const salesScreen = ({ query, signal, show }) => {
  const now = new Date()
  const period = periodIn(query, now)
  const bySku = period.bySku ? 'true' : undefined
  const path = withQuery('/api/read/v1/reports/sales', { ...period, bySku })
  /** @type {SalesReport | undefined} */
  let report
  /** @type {unknown} */
  let problem

  const load = async () => {
    report = /** @type {SalesReport} */ (await get(path, signal))
    problem = undefined
    draw()
  }

  const download = async () => {
    try {
      const answer = await ask('GET', path, { headers: { accept: 'text/csv' }, signal })
      saveFile(await answer.blob(), `sales-${period.from}-${period.to}.csv`)
      announce('The file is saved')
    } catch (error) {
      if (signal.aborted) return
      problem = error
      draw()
    }
  }

  /** @param {Event} event */
  const changed = (event) => {
    event.preventDefault()
    const form = /** @type {HTMLFormElement} */ (event.currentTarget)
    location.hash = hrefOf(['sales'], /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form))))
  }

  /** @param {ReturnType<typeof usualPeriods>[number]} usual */
  const link = ({ name, ...usual }) => {
    const isShown = usual.from === period.from && usual.to === period.to && usual.groupBy === period.groupBy
    return html`<li>
      <a class="button" href=${hrefOf(['sales'], { ...usual, bySku })} aria-current=${isShown ? 'true' : nothing}
        >${name}</a
      >
    </li>`
  }

  const picker = () => html`
    <nav aria-label="Periods">
      <ul class="actions periods">
        ${usualPeriods(now).map(link)}
      </ul>
    </nav>
    <form class="filters" aria-label="Period" @submit=${changed} @change=${changed}>
      <label>From <input name="from" type="date" required .value=${period.from} /></label>
      <label>To <input name="to" type="date" required .value=${period.to} /></label>
      <label
        >By
        <select name="groupBy">
          <option value="day" .selected=${period.groupBy === 'day'}>Day</option>
          <option value="month" .selected=${period.groupBy === 'month'}>Month</option>
        </select>
      </label>
      <label class="check"
        ><input type="checkbox" name="bySku" value="true" .checked=${period.bySku} />Units by product</label
      >
    </form>
  `

  /** @param {SalesReport} found */
  const currencies = (found) => html`
    ${
      found.stale === undefined
        ? nothing
        : html`<p class="notice warn">
            Something that has happened is not in here: <a href=${hrefOf(['projections'])}>see what is set aside</a>.
          </p>`
    }
    ${
      found.currencies.length === 0
        ? html`<p class="empty">Nothing happened on these days.</p>`
        : found.currencies.map((one) => currencyCard(one, found.groupBy))
    }
  `

  const draw = () =>
    show(html`
      <header class="title">
        <h1>Sales</h1>
        ${stateLine(problem)}
        <div class="actions"><button type="button" @click=${download}>Download CSV</button></div>
      </header>
      <p class="under">Each thing on the day on which it happened, in UTC. Currencies are not added up.</p>
      ${picker()}
      ${report === undefined ? (problem === undefined ? waiting() : problemBox(problem)) : currencies(report)}
    `)

  draw()
  void repeat(15_000, signal, load, (error) => {
    // Asked wrongly: what was shown is no answer to it.
    if (error instanceof Problem && !error.passes) report = undefined
    problem = error
    draw()
  })
}

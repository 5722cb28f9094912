import { html, nothing } from '/vendor/lit-html.js'
import { get, withQuery } from '../api.js'
import { durationText } from '../durations.js'
import { repeat } from '../live.js'
import { hrefOf } from '../route.js'
import { problemBox, stateLine, waiting } from '../state-line.js'
import { timeOf } from '../times.js'
import { capital, codeWords, counted, serviceNames } from '../words.js'
import { allFirstOnes } from './all-letters.js'
import { discard, dryRun, retry } from './decisions.js'
import { lettersTable } from './letters-table.js'
import { firstOnes, groups, nameOf, summaryOf } from './letters.js'

/**
 * @import { Screen } from '../main.js'
 * @import { DeadLetter, Page } from '../answers.d.ts'
 * @typedef {{ before: (string | undefined)[], cursor: string | undefined, page: Page<DeadLetter> | undefined, problem: unknown }} Listed
 */

const limit = 50
/** More than the API gives at a time is refused. */
const mostAtOnce = 100

/** What no service could handle, by the service. @param {Screen} screen */
export const lettersScreen = ({ query, signal, show }) => {
  const filter = {
    reason: query.get('reason') ?? undefined,
    type: query.get('type') ?? undefined,
    settled: query.get('settled') === 'true' ? 'true' : undefined,
  }
  /** @type {Map<string, Listed>} */
  const lists = new Map(
    groups.map((group) => [group, { before: [], cursor: undefined, page: undefined, problem: undefined }]),
  )
  /** Names of those that are ticked. @type {Set<string>} */
  const ticked = new Set()
  /** @type {unknown} */
  let problem

  /** The group whose letters are being looked up, all of them. @type {string | undefined} */
  let lookedThrough

  /** @param {string} group @param {string | undefined} cursor @param {number} most */
  const pageOf = async (group, cursor, most) =>
    /** @type {Page<DeadLetter>} */ (
      await get(
        withQuery(`/api/processors/v1/dead-letters/${encodeURIComponent(group)}`, { ...filter, limit: most, cursor }),
        signal,
      )
    )
  /** @param {string} group @param {Listed} list */
  const load = async (group, list) => {
    list.page = await pageOf(group, list.cursor, limit)
  }
  const loadAll = async () => {
    await Promise.all([...lists].map(([group, list]) => load(group, list)))
    problem = undefined
    draw()
  }
  const again = async () => {
    ticked.clear()
    await loadAll().catch((error) => {
      problem = error
      draw()
    })
  }

  /** All that fit the filter, not those of the page that is shown. @param {string} group */
  const retryAll = async (group) => {
    lookedThrough = group
    draw()
    try {
      const letters = await allFirstOnes((cursor) => pageOf(group, cursor, mostAtOnce))
      if (letters.length > 0 && !signal.aborted) retry(letters, again)
    } catch (error) {
      problem = error
    } finally {
      lookedThrough = undefined
      if (!signal.aborted) draw()
    }
  }

  /** @param {string} group @param {Listed} list @param {(string | undefined)[]} before @param {string | undefined} cursor */
  const turn = (group, list, before, cursor) => {
    Object.assign(list, { before, cursor })
    load(group, list).then(draw, (error) => {
      problem = error
      draw()
    })
  }

  /** @param {DeadLetter} letter @param {boolean} on */
  const tick = (letter, on) => {
    if (on) ticked.add(nameOf(letter))
    else ticked.delete(nameOf(letter))
    draw()
  }

  /** @param {string} group @param {Listed} list */
  const section = (group, list) => {
    const { page, before, cursor } = list
    if (page === undefined || (page.items.length === 0 && before.length === 0)) return nothing
    const { oldest, newest, codes } = summaryOf(page.items)
    const retriable = firstOnes(page.items)
    const many = page.nextCursor !== null || before.length > 0
    return html`
      <section class="card" aria-labelledby="group-${group}">
        <header class="title">
          <h2 id="group-${group}">
            ${serviceNames[group] ?? capital(group)} <span class="count">${page.items.length}${many ? '+' : ''}</span>
          </h2>
          <div class="actions">
            <button
              type="button"
              class="small"
              aria-label="Retry all of ${group}"
              ?disabled=${(retriable.length === 0 && !many) || lookedThrough !== undefined}
              @click=${() => retryAll(group)}
            >
              ${lookedThrough === group ? 'Looking for all…' : 'Retry all…'}
            </button>
          </div>
        </header>
        <p class="under">
          ${many ? 'On this page: oldest' : 'Oldest'} ${timeOf(oldest)} · newest ${timeOf(newest)} ·
          ${codes.map(([code, count], at) => html`${at === 0 ? '' : ', '}${count} ${codeWords(code)}`)}
        </p>
        ${lettersTable(page.items, ticked, tick)}
        ${
          many
            ? html`
                <nav class="pager" aria-label="Pages of ${group}">
                  <button
                    type="button"
                    ?disabled=${before.length === 0}
                    @click=${() => turn(group, list, before.slice(0, -1), before.at(-1))}
                  >
                    Older
                  </button>
                  <span>Page ${before.length + 1}</span>
                  <button
                    type="button"
                    ?disabled=${page.nextCursor === null}
                    @click=${() => turn(group, list, [...before, cursor], page.nextCursor ?? undefined)}
                  >
                    Newer
                  </button>
                </nav>
              `
            : nothing
        }
      </section>
    `
  }

  /** @param {Event} event */
  const filtered = (event) => {
    event.preventDefault()
    const form = /** @type {HTMLFormElement} */ (event.currentTarget)
    location.hash = hrefOf(
      ['dead-letters'],
      /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form))),
    )
  }

  const draw = () => {
    const pages = [...lists.values()].map(({ page }) => page)
    const all = pages.flatMap((page) => page?.items ?? [])
    const chosen = all.filter((letter) => ticked.has(nameOf(letter)))
    const oldest = Math.max(0, ...all.filter(({ settled }) => settled === null).map(({ ageSeconds }) => ageSeconds))
    show(html`
      <header class="title">
        <h1>Dead letters</h1>
        ${stateLine(
          problem,
          pages.some((page) => page !== undefined),
        )}
      </header>
      <p class="under">
        ${
          oldest === 0
            ? 'Events that a service could not handle, and put aside for you.'
            : `The oldest has stood for ${durationText(oldest * 1_000)}.`
        }
      </p>
      <form class="filters" role="search" aria-label="Dead letters" @submit=${filtered} @change=${filtered}>
        <label>Reason<input name="reason" maxlength="200" .value=${filter.reason ?? ''} /></label>
        <label>Event type<input name="type" maxlength="200" .value=${filter.type ?? ''} /></label>
        <label class="check">
          <input type="checkbox" name="settled" value="true" .checked=${filter.settled === 'true'} />Also settled
        </label>
      </form>
      ${
        chosen.length === 0
          ? nothing
          : html`
              <div class="chosen" role="group" aria-label="What is chosen">
                <strong>${counted(chosen.length, 'letter')}</strong>
                <button type="button" @click=${() => dryRun(chosen)}>What would a retry do?</button>
                <button type="button" class="primary" @click=${() => retry(chosen, again)}>Retry…</button>
                <button type="button" class="danger-quiet" @click=${() => discard(chosen, again)}>Discard…</button>
              </div>
            `
      }
      ${
        pages.some((page) => page !== undefined)
          ? all.length === 0
            ? html`<p class="empty good">Nothing is put aside.</p>`
            : [...lists].map(([group, list]) => section(group, list))
          : problem === undefined
            ? waiting()
            : problemBox(problem)
      }
    `)
  }

  draw()
  void repeat(2_000, signal, loadAll, (error) => {
    problem = error
    draw()
  })
}

import { html, nothing } from '/vendor/lit-html.js'
import { get } from '../api.js'
import { badge } from '../badge.js'
import { bytesText, durationText } from '../durations.js'
import { repeat } from '../live.js'
import { wordsFor } from '../problem.js'
import { hrefOf } from '../route.js'
import { stateLine, waiting } from '../state-line.js'
import { timeOf } from '../times.js'
import { capital, codeWords, counted, serviceNames } from '../words.js'
import { readModelsOf } from './read-models.js'
import { storesOf } from './stores.js'

/**
 * @import { Screen } from '../main.js'
 * @import { Breaker, FollowUps, Group, Projection } from '../answers.d.ts'
 * @typedef {{ groups?: readonly Group[], breakers?: readonly Breaker[], followUps?: FollowUps, projections?: readonly Projection[] }} Known
 */

/** @param {Group} group */
const groupRow = ({ group, here, store, problem, differences }) => html`
  <tr>
    <th scope="row">${serviceNames[group] ?? capital(group)}</th>
    <td data-label="State">
      ${here === null ? badge('Not here', 'calm') : badge(here.state)}
      ${here?.reason === undefined ? nothing : html`<span class="hint">${here.reason}</span>`}
    </td>
    <td data-label="In hand" class="number">${here?.inFlight ?? '–'}</td>
    <td data-label="Oldest">${here?.oldestUnhandledAt === undefined ? '–' : timeOf(here.oldestUnhandledAt)}</td>
    <td data-label="Behind by" class="number">
      ${store === null || store.lagBytes === null ? '–' : bytesText(store.lagBytes)}
      ${problem === undefined ? nothing : html`<span class="hint">${problem}</span>`}
    </td>
    <td data-label="Consumers" class="number">${store?.connections ?? '–'}</td>
    <td data-label="Parked" class="number">
      ${store === null || store.parked === null ? '–' : store.parked === 0 ? '0' : html`<a href=${hrefOf(['dead-letters'])}>${store.parked}</a>`}
    </td>
    <td data-label="Settings">
      ${
        differences.length === 0
          ? store === null
            ? '–'
            : 'as wanted'
          : differences.map(
              ({ setting, wanted, found }) => html`<span class="hint">${setting}: ${found}, wanted ${wanted}</span>`,
            )
      }
    </td>
  </tr>
`

/** Whether the shop works, and what keeps it from that. @param {Screen} screen */
export const healthScreen = ({ signal, show }) => {
  /** @type {Known} */
  const known = {}
  /** By what was asked for. @type {Map<string, unknown>} */
  const problems = new Map()

  /**
   * @template Body
   * @param {keyof Known} name
   * @param {string} path
   * @param {(body: Body) => void} take
   */
  const look = async (name, path, take) => {
    try {
      take(/** @type {Body} */ (await get(path, signal)))
      problems.delete(name)
    } catch (error) {
      if (signal.aborted) throw error
      problems.set(name, error)
    }
  }

  const load = async () => {
    await Promise.all([
      look('groups', '/api/processors/v1/groups', (/** @type {{ items: readonly Group[] }} */ { items }) => {
        known.groups = items
      }),
      look('breakers', '/api/processors/v1/breakers', (/** @type {{ items: readonly Breaker[] }} */ { items }) => {
        known.breakers = items
      }),
      look('followUps', '/api/processors/v1/follow-ups', (/** @type {FollowUps} */ body) => {
        known.followUps = body
      }),
      look('projections', '/api/read/v1/projections', (/** @type {{ items: readonly Projection[] }} */ { items }) => {
        known.projections = items
      }),
    ])
    draw()
  }

  /** In place of what is not known yet. @param {keyof Known} name */
  const unknown = (name) => (problems.has(name) ? nothing : waiting())

  /** @param {keyof Known} name */
  const fault = (name) => {
    const problem = problems.get(name)
    return problem === undefined ? nothing : html`<p class="notice bad" role="alert">${wordsFor(problem)}</p>`
  }

  const groupsCard = () => html`
    <section class="card" aria-labelledby="groups">
      <h2 id="groups">Services</h2>
      ${fault('groups')}
      ${
        known.groups === undefined
          ? unknown('groups')
          : html`
              <table class="stacks">
                <thead>
                  <tr>
                    <th scope="col">Service</th>
                    <th scope="col">State</th>
                    <th scope="col" class="number">In hand</th>
                    <th scope="col">Oldest</th>
                    <th scope="col" class="number">Behind by</th>
                    <th scope="col" class="number">Consumers</th>
                    <th scope="col" class="number">Parked</th>
                    <th scope="col">Settings</th>
                  </tr>
                </thead>
                <tbody>
                  ${known.groups.map(groupRow)}
                </tbody>
              </table>
            `
      }
    </section>
  `

  const storesCard = () => html`
    <section class="card" aria-labelledby="stores">
      <h2 id="stores">Stores</h2>
      <ul class="rows">
        ${storesOf(known.groups, problems.get('groups'), problems.get('followUps')).map(
          ({ name, state, why }) => html`
            <li>
              <span class="item">${name}${why === undefined ? nothing : html`<span class="hint">${why}</span>`}</span>
              <span class="end">${badge(state, state === 'answers' ? 'good' : state === 'away' ? 'bad' : 'calm')}</span>
            </li>
          `,
        )}
      </ul>
    </section>
  `

  const readModelsCard = () => html`
    <section class="card" aria-labelledby="read-models">
      <h2 id="read-models"><a href=${hrefOf(['projections'])}>Read models</a></h2>
      ${fault('projections')}
      ${
        known.projections === undefined
          ? unknown('projections')
          : html`<ul class="rows">
              ${readModelsOf(known.projections).map(
                ({ name, state, tone, why }) => html`
                  <li>
                    <span class="item"
                      >${name}${why === undefined ? nothing : html`<span class="hint">${why}</span>`}</span
                    >
                    <span class="end">${badge(state, tone)}</span>
                  </li>
                `,
              )}
            </ul>`
      }
    </section>
  `

  const outsideCard = () => html`
    <section class="card" aria-labelledby="outside">
      <h2 id="outside">Outside</h2>
      ${fault('breakers')}
      ${
        known.breakers === undefined
          ? unknown('breakers')
          : html`<ul class="rows">
              ${known.breakers.map(
                ({ outside, state }) => html`
                  <li>
                    <span class="item">${outside === 'sms' ? 'SMS' : capital(codeWords(outside))}</span>
                    <span class="end"
                      >${state === 'closed' ? badge('is called', 'good') : badge(`breaker ${codeWords(state)}`, state === 'open' ? 'bad' : 'warn')}</span
                    >
                  </li>
                `,
              )}
            </ul>`
      }
    </section>
  `

  const followUpsCard = () => html`
    <section class="card" aria-labelledby="follow-ups">
      <h2 id="follow-ups">
        Follow-ups ${known.followUps === undefined ? nothing : badge(known.followUps.role, 'calm')}
      </h2>
      ${fault('followUps')}
      ${(known.followUps?.reasons ?? []).map((reason) => html`<p class="notice warn">${reason}</p>`)}
      ${
        known.followUps === undefined
          ? unknown('followUps')
          : known.followUps.openIntents.length === 0
            ? html`<p class="empty good">Nothing outside is still to be done.</p>`
            : html`<ul class="rows">
                ${known.followUps.openIntents.map(
                  ({ kind, count, oldestSince, due }) => html`
                    <li>
                      <span class="item">
                        ${counted(count, `open ${codeWords(kind)}`)}
                        <span class="hint">the oldest for ${durationText(Date.now() - Date.parse(oldestSince))}</span>
                      </span>
                      <span class="end">${due === 0 ? 'none due' : `${due} due`}</span>
                    </li>
                  `,
                )}
              </ul>`
      }
    </section>
  `

  const draw = () =>
    show(html`
      <header class="title">
        <h1>Health</h1>
        ${stateLine([...problems.values()][0])}
      </header>
      ${groupsCard()}
      <div class="tiles">${storesCard()} ${readModelsCard()} ${outsideCard()} ${followUpsCard()}</div>
    `)

  draw()
  void repeat(2_000, signal, load, () => draw())
}

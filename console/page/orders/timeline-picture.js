import { repeat as each } from '/vendor/directives/repeat.js'
import { html, nothing, svg } from '/vendor/lit-html.js'
import { showDialog } from '../dialog.js'
import { durationText } from '../durations.js'
import { dataOf } from '../event-data.js'
import { hrefOf } from '../route.js'
import { timeOf } from '../times.js'
import { eventWords, serviceNames } from '../words.js'
import { gistOf } from './gist.js'
import { lanes, layoutOf } from './timeline-layout.js'

/**
 * @import { DeadLetter, Happened } from '../answers.d.ts'
 * @import { Step } from './timeline-layout.js'
 */

/** In pixels, as the style has them: beside a wide list each lane has its name above it; a narrow one needs a line more a row. */
const sizes = { wide: { laneWidth: 60, rowHeight: 52 }, narrow: { laneWidth: 16, rowHeight: 72 } }

/** @param {DeadLetter} letter */
const letterMark = (letter) => {
  const tried = (letter.reason.attempts ?? 1) + letter.attempts
  return html`
    <a
      class="mark ${letter.settled === null && letter.waitsFor === null ? 'bad' : 'calm'}"
      href=${hrefOf(['dead-letters', letter.group, letter.number])}
    >
      ${
        letter.settled === null && letter.waitsFor !== null
          ? `Waits behind ${letter.group} ${letter.waitsFor}`
          : `${letter.settled === null ? 'Put aside' : 'Settled'} by ${letter.group}, tried ${tried} ×`
      }
    </a>
  `
}

/** @param {string} name @param {string | undefined} value */
const fact = (name, value) =>
  value === undefined
    ? nothing
    : html`<dt>${name}</dt>
        <dd class="code">${value}</dd>`

/** @param {Happened} event */
const look = (event) =>
  showDialog(
    eventWords(event.type),
    () => html`
      <dl class="facts">
        <dt>Type</dt>
        <dd><code>${event.type}</code></dd>
        <dt>Service</dt>
        <dd>${serviceNames[event.service]}</dd>
        <dt>At</dt>
        <dd>${timeOf(event.at)}</dd>
        ${fact('By', event.actor === undefined ? 'the shop itself' : `${event.actor.type} ${event.actor.id}`)}
        ${fact('Id', event.id)} ${fact('Led to by', event.causationId)} ${fact('Trace', event.traceId)}
      </dl>
      ${dataOf(event.data)}
    `,
  )

/** @param {Step} step */
const row = ({ event, afterMs, letters }) => html`
  <li class="step">
    <span class="after">${afterMs === undefined ? nothing : `+${durationText(afterMs)}`}</span>
    <button type="button" class="step-name" @click=${() => look(event)}>
      ${eventWords(event.type)}<span class="unseen"> by ${serviceNames[event.service]}</span>
    </button>
    <span class="step-at">${timeOf(event.at)}</span>
    ${letters.length === 0 ? html`<span class="gist">${gistOf(event) ?? nothing}</span>` : html`<span class="marks">${letters.map(letterMark)}</span>`}
  </li>
`

/**
 * All that happened to an order as one picture. The list says everything; the drawing beside it is for the eye alone.
 * @param {readonly Happened[]} events
 * @param {{ letters: readonly DeadLetter[], isWide: boolean }} options
 */
export const timelinePicture = (events, { letters, isWide }) => {
  const { width, height, xs, steps, lines } = layoutOf(events, { letters, ...(isWide ? sizes.wide : sizes.narrow) })
  return html`
    <ul class="lanes" aria-label="Services">
      ${lanes.map((lane) => html`<li class="lane-${lane}"><span class="dot" aria-hidden="true"></span>${serviceNames[lane]}</li>`)}
    </ul>
    <div class="timeline">
      <svg aria-hidden="true" width=${width} height=${height} viewBox="0 0 ${width} ${height}">
        ${xs.map((x) => svg`<line class="lane" x1=${x} x2=${x} y1="0" y2=${height} />`)}
        ${lines.map(({ path, to }) => svg`<path class="cause lane-${steps[to]?.event.service}" d=${path} />`)}
        ${steps.map(
          ({ event, x, y, letters: aside }) => svg`
            <circle class="step-dot lane-${event.service}" cx=${x} cy=${y} r="6" />
            ${aside.length === 0 ? nothing : svg`<circle class="aside" cx=${x} cy=${y} r="11" />`}
          `,
        )}
      </svg>
      <ol>
        ${each(steps, ({ event }, at) => event.id ?? at, row)}
      </ol>
    </div>
  `
}

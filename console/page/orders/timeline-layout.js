/** @import { DeadLetter, Happened, Service } from '../answers.d.ts' */

/** @type {readonly Service[]} */
export const lanes = ['order', 'inventory', 'payment', 'notification']

/**
 * What is known of an event beside what the timeline says.
 * @typedef {{ id: string, causedBy: string | undefined }} Known
 * @typedef {object} Step
 * @property {Happened} event
 * @property {number} x of its point
 * @property {number} y
 * @property {number | undefined} afterMs since the step before; undefined of the first
 * @property {readonly DeadLetter[]} letters what could not be handled of it
 * @typedef {{ path: string, from: number, to: number }} Line indexes of steps
 * @typedef {{ width: number, height: number, xs: readonly number[], steps: readonly Step[], lines: readonly Line[] }} Layout
 */

/** How an event is found in another list of the same events. @param {{ type: string, at: string }} event */
export const placeOf = ({ type, at }) => `${type} ${new Date(at).getTime()}`

/**
 * The picture of an order: a row an event, oldest first; a lane a service; a line from each event to those that followed from it.
 * @param {readonly Happened[]} events
 * @param {object} options
 * @param {ReadonlyMap<string, Known>} options.known by `placeOf`; without it there are no lines
 * @param {readonly DeadLetter[]} options.letters
 * @param {number} options.laneWidth
 * @param {number} options.rowHeight
 * @returns {Layout}
 */
export const layoutOf = (events, { known, letters, laneWidth, rowHeight }) => {
  const xs = lanes.map((_, lane) => (lane + 0.5) * laneWidth)
  const steps = events.map((event, row) => {
    const previous = events[row - 1]
    return {
      event,
      x: xs[lanes.indexOf(event.service)] ?? 0,
      y: (row + 0.5) * rowHeight,
      afterMs: previous === undefined ? undefined : Date.parse(event.at) - Date.parse(previous.at),
      letters: letters.filter((one) => isOf(one, event, known.get(placeOf(event)))),
    }
  })
  const rowOf = new Map(steps.map(({ event }, row) => [known.get(placeOf(event))?.id, row]))
  const lines = steps.flatMap((step, to) => {
    const causedBy = known.get(placeOf(step.event))?.causedBy
    const from = causedBy === undefined ? undefined : rowOf.get(causedBy)
    const cause = from === undefined ? undefined : steps[from]
    // A command has caused it, or an event that the reader does not see.
    if (from === undefined || cause === undefined || from >= to) return []
    return [{ from, to, path: pathBetween(cause, step, rowHeight) }]
  })
  return { width: lanes.length * laneWidth, height: events.length * rowHeight, xs, steps, lines }
}

/** @param {DeadLetter} letter @param {Happened} event @param {Known | undefined} known */
const isOf = ({ event: of }, event, known) => {
  if (of === null) return false
  if (known !== undefined) return of.id === known.id
  return placeOf({ type: of.type, at: of.recordedAt }) === placeOf(event)
}

/**
 * Down the lane of the cause, and over to the other in the last row.
 * @param {{ x: number, y: number }} from @param {{ x: number, y: number }} to @param {number} rowHeight
 */
const pathBetween = (from, to, rowHeight) => {
  if (from.x === to.x) return `M${from.x} ${from.y}V${to.y}`
  const turn = to.y - rowHeight
  const middle = to.y - rowHeight / 2
  return `M${from.x} ${from.y}V${turn}C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${to.y}`
}

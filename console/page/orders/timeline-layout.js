/** @import { DeadLetter, Happened, Service } from '../answers.d.ts' */

/** @type {readonly Service[]} */
export const lanes = ['order', 'inventory', 'payment', 'notification']

/**
 * @typedef {object} Step
 * @property {Happened} event
 * @property {number} x of its point
 * @property {number} y
 * @property {number | undefined} afterMs since the step before; undefined of the first
 * @property {readonly DeadLetter[]} letters what could not be handled of it
 * @typedef {{ path: string, from: number, to: number }} Line indexes of steps
 * @typedef {{ width: number, height: number, xs: readonly number[], steps: readonly Step[], lines: readonly Line[] }} Layout
 */

/**
 * The picture of an order: a row an event, oldest first; a lane a service; a line from each event to those that followed from it.
 * @param {readonly Happened[]} events
 * @param {object} options
 * @param {readonly DeadLetter[]} options.letters
 * @param {number} options.laneWidth
 * @param {number} options.rowHeight
 * @returns {Layout}
 */
export const layoutOf = (events, { letters, laneWidth, rowHeight }) => {
  const xs = lanes.map((_, lane) => (lane + 0.5) * laneWidth)
  const steps = events.map((event, row) => {
    const previous = events[row - 1]
    return {
      event,
      x: xs[lanes.indexOf(event.service)] ?? 0,
      y: (row + 0.5) * rowHeight,
      afterMs: previous === undefined ? undefined : Date.parse(event.at) - Date.parse(previous.at),
      letters: letters.filter(({ event: of }) => of !== null && of.id === event.id),
    }
  })
  const rowOf = new Map(events.map(({ id }, row) => [id, row]))
  const lines = steps.flatMap((step, to) => {
    const { causationId } = step.event
    const from = causationId === undefined ? undefined : rowOf.get(causationId)
    const cause = from === undefined ? undefined : steps[from]
    // A command from outside has caused it.
    if (from === undefined || cause === undefined || from >= to) return []
    return [{ from, to, path: pathBetween(cause, step, rowHeight) }]
  })
  return { width: lanes.length * laneWidth, height: events.length * rowHeight, xs, steps, lines }
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

import { expect } from 'chai'
import { happened, letter } from './order-of-tests.ts'
import { layoutOf, placeOf } from './timeline-layout.js'

const events = [
  happened('order', 'OrderPlaced', 0),
  happened('inventory', 'ReservationStarted', 1),
  happened('notification', 'NotificationSent', 1.5),
  happened('inventory', 'InventoryReserved', 3),
  happened('payment', 'PaymentRequested', 3.25),
]
const causes: Readonly<Record<string, string>> = {
  ReservationStarted: 'OrderPlaced',
  NotificationSent: 'OrderPlaced',
  InventoryReserved: 'OrderPlaced',
  PaymentRequested: 'InventoryReserved',
}
const known = new Map(events.map((event) => [placeOf(event), { id: event.type, causedBy: causes[event.type] }]))
const place = (row: number) => [...known.keys()][row] ?? ''
const sizes = { laneWidth: 20, rowHeight: 40 }

describe('the picture of an order', () => {
  it('has a lane a service and a row an event, with the time between them', () => {
    const { width, height, xs, steps } = layoutOf(events, { ...sizes, known, letters: [] })
    expect({ width, height, xs }).to.deep.equal({ width: 80, height: 200, xs: [10, 30, 50, 70] })
    expect(steps.map(({ x, y, afterMs }) => [x, y, afterMs])).to.deep.equal([
      [10, 20, undefined],
      [30, 60, 1000],
      [70, 100, 500],
      [30, 140, 1500],
      [50, 180, 250],
    ])
  })

  it('has a line from each event to what followed from it: down the lane of the cause, and over in the last row', () => {
    const { lines } = layoutOf(events, { ...sizes, known, letters: [] })
    expect(lines.map(({ from, to }) => [from, to])).to.deep.equal([
      [0, 1],
      [0, 2],
      [0, 3],
      [3, 4],
    ])
    expect(lines[1]?.path).to.equal('M10 20V60C10 80 70 80 70 100')
  })

  it('goes straight down within a lane', () => {
    const twice = [happened('order', 'OrderPlaced', 0), happened('order', 'OrderConfirmed', 1)]
    const both = new Map(twice.map((event, at) => [placeOf(event), { id: `${at}`, causedBy: `${at - 1}` }]))
    expect(layoutOf(twice, { ...sizes, known: both, letters: [] }).lines.map(({ path }) => path)).to.deep.equal([
      'M10 20V60',
    ])
  })

  it('has no lines where nothing is known, or what caused an event is not shown, or would come after it', () => {
    expect(layoutOf(events, { ...sizes, known: new Map(), letters: [] }).lines).to.deep.equal([])
    const odd = new Map([
      [place(0), { id: 'first', causedBy: 'last' }],
      [place(4), { id: 'last', causedBy: 'a command' }],
    ])
    expect(layoutOf(events, { ...sizes, known: odd, letters: [] }).lines).to.deep.equal([])
  })

  it('shows what could not be handled at its event, found by id, or by type and time', () => {
    const aside = letter()
    const rows = (by: typeof known) =>
      layoutOf(events, { ...sizes, known: by, letters: [aside, letter({ event: null })] }).steps.map(
        ({ letters }) => letters,
      )
    expect(rows(new Map())).to.deep.equal([[], [], [], [aside], []])
    expect(rows(known)).to.deep.equal([[], [], [], [], []])
    const byId = new Map(known).set(place(1), { id: 'event-3', causedBy: undefined })
    expect(rows(byId)).to.deep.equal([[], [aside], [], [], []])
  })

  it('of nothing is nothing', () => {
    expect(layoutOf([], { ...sizes, known, letters: [] })).to.deep.include({ height: 0, steps: [], lines: [] })
  })
})

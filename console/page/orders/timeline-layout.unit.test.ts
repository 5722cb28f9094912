import { expect } from 'chai'
import { happened, letter } from './order-of-tests.ts'
import { layoutOf } from './timeline-layout.js'

const events = [
  happened('order', 'OrderPlaced', 0),
  happened('inventory', 'ReservationStarted', 1, {}, 'OrderPlaced'),
  happened('inventory', 'StockReserved', 1.5, { sku: 'TEA' }, 'OrderPlaced'),
  happened('notification', 'NotificationSent', 2, {}, 'OrderPlaced'),
  happened('payment', 'PaymentProviderEventReceived', 3.25, { provider: 'mock' }),
  happened('payment', 'PaymentSucceeded', 3.5, {}, 'PaymentProviderEventReceived'),
]
const sizes = { laneWidth: 20, rowHeight: 40, letters: [] }
const pairs = (of: readonly (typeof events)[number][]) => layoutOf(of, sizes).lines.map(({ from, to }) => [from, to])

describe('the picture of an order', () => {
  it('has a lane a service and a row an event, with the time between them', () => {
    const { width, height, xs, steps } = layoutOf(events, sizes)
    expect({ width, height, xs }).to.deep.equal({ width: 80, height: 240, xs: [10, 30, 50, 70] })
    expect(steps.map(({ x, y, afterMs }) => [x, y, afterMs])).to.deep.equal([
      [10, 20, undefined],
      [30, 60, 1000],
      [30, 100, 500],
      [70, 140, 500],
      [50, 180, 1250],
      [50, 220, 250],
    ])
  })

  it('has a line from each event to what followed from it, in streams of whichever kind', () => {
    expect(pairs(events)).to.deep.equal([
      [0, 1],
      [0, 2],
      [0, 3],
      [4, 5],
    ])
  })

  it('goes down the lane of the cause and over in the last row, and straight down within a lane', () => {
    const { lines } = layoutOf(events, sizes)
    expect(lines[2]?.path).to.equal('M10 20V100C10 120 70 120 70 140')
    expect(lines[3]?.path).to.equal('M50 180V220')
  })

  it('has no lines where nothing is known, a command has led to it, or the cause would come after it', () => {
    const [first = happened('order', 'OrderPlaced', 0), ...rest] = events
    expect(pairs([{ ...first, causationId: 'PaymentSucceeded' }, ...rest]).map(([, to]) => to)).not.to.include(0)
    const unknown = events.map(({ id: _id, causationId: _causationId, ...event }) => event)
    expect(pairs(unknown)).to.deep.equal([])
  })

  it('shows what could not be handled at its event', () => {
    const of = letter().event
    const aside = letter({ event: of && { ...of, id: 'ReservationStarted' } })
    const rows = (all: readonly (typeof events)[number][]) =>
      layoutOf(all, { ...sizes, letters: [aside, letter(), letter({ event: null })] }).steps.map(
        ({ letters }) => letters,
      )
    expect(rows(events)).to.deep.equal([[], [aside], [], [], [], []])
  })

  it('of nothing is nothing', () => {
    expect(layoutOf([], sizes)).to.deep.include({ height: 0, steps: [], lines: [] })
  })
})

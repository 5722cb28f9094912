import { expect } from 'chai'
import type { StoredEvent } from '../../infrastructure/event-store/port.ts'
import { createOrderBacklog } from './order-backlog.ts'

/** Last events by stream, and a clock. */
const watched = () => {
  const set = { time: 0, reads: 0, last: new Map<string, string>() }
  const store = {
    lastEvents: async (stream: string) => {
      set.reads += 1
      const type = set.last.get(stream)
      return type === undefined ? [] : [{ type } as StoredEvent]
    },
  }
  const backlog = createOrderBacklog(store, () => set.time)
  /** One order a second, the first at 0. */
  const place = (count: number) => {
    for (let n = 0; n < count; n += 1) {
      backlog.placed(String(n))
      set.time += 1_000
    }
  }
  const begin = (...orders: readonly number[]) => {
    for (const n of orders) set.last.set(`reservation-${n}`, 'ReservationStarted')
  }
  return { set, backlog, place, begin }
}
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n)

describe('the backlog of orders', () => {
  it('is nothing when nothing was placed, and when the newest was begun with', async () => {
    const { set, backlog, place, begin } = watched()
    expect(await backlog.age()).to.equal(0)
    place(10)
    begin(...upTo(10))
    expect(await backlog.age()).to.equal(0)
    expect(set.reads).to.equal(1)
  })

  it('is the age of the first that was not begun with, found with few reads', async () => {
    const { set, backlog, place, begin } = watched()
    place(1_000)
    begin(...upTo(700))
    expect(await backlog.age()).to.equal(300_000)
    expect(set.reads).to.be.below(40)
    begin(...upTo(900))
    expect(await backlog.age()).to.equal(100_000)
  })

  it('does not count one that is put aside while those behind it go on', async () => {
    const { backlog, place, begin } = watched()
    place(100)
    begin(...upTo(90).filter((n) => n !== 49 && n !== 50))
    expect(await backlog.age()).to.equal(10_000)
  })

  it('counts an order whose next step nobody has taken, and none that waits for the provider or the customer', async () => {
    const steps: readonly (readonly [last: Readonly<Record<string, string>>, waits: boolean])[] = [
      [{}, true],
      [{ reservation: 'ReservationStarted' }, false],
      [{ reservation: 'InventoryReservationFailed' }, false],
      [{ reservation: 'InventoryReserved' }, true],
      [{ reservation: 'InventoryReserved', payment: 'PaymentRequested' }, false],
      [{ reservation: 'InventoryReserved', payment: 'PaymentActionRequired' }, false],
      [{ reservation: 'InventoryReserved', payment: 'PaymentSucceeded', order: 'OrderPlaced' }, true],
      [{ reservation: 'InventoryReserved', payment: 'PaymentFailed', order: 'OrderPlaced' }, true],
      [{ reservation: 'InventoryReserved', payment: 'PaymentSucceeded', order: 'OrderConfirmed' }, false],
    ]
    for (const [last, waits] of steps) {
      const { set, backlog, place } = watched()
      place(1)
      for (const [category, type] of Object.entries(last)) set.last.set(`${category}-0`, type)
      expect(await backlog.age(), JSON.stringify(last)).to.equal(waits ? 1_000 : 0)
    }
  })
})

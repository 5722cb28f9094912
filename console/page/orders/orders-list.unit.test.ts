import { expect } from 'chai'
import { order } from './order-of-tests.ts'
import { withOrder, withoutOrder } from './orders-list.js'

const placed = (orderId: string, minute: number, changes = {}) =>
  order({ orderId, placedAt: `2026-03-01T12:0${minute}:00.000Z`, ...changes })
const ids = (items: readonly { readonly orderId: string }[]) => items.map(({ orderId }) => orderId).join('')
const list = [placed('c', 6), placed('b', 4), placed('a', 2)]
const page = { limit: 3, first: true }

describe('the list of orders as they change', () => {
  it('shows a changed order in its place', () => {
    const changed = withOrder(list, placed('b', 4, { status: 'confirmed' }), page)
    expect(changed.map(({ status }) => status)).to.deep.equal(['placed', 'confirmed', 'placed'])
  })

  it('shows a new one where its age belongs, and lets the oldest go where there is no room', () => {
    expect(ids(withOrder(list, placed('d', 7), page))).to.equal('dcb')
    expect(ids(withOrder(list, placed('d', 5), page))).to.equal('cdb')
    expect(ids(withOrder(list, placed('d', 1), { limit: 4, first: true }))).to.equal('cbad')
  })

  it('leaves out what stands on another page', () => {
    expect(ids(withOrder(list, placed('d', 7), { limit: 3, first: false }))).to.equal('cba')
    expect(ids(withOrder(list, placed('d', 1), page))).to.equal('cba')
  })

  it('lets one go that does not fit any more', () => {
    expect(ids(withoutOrder(list, 'b'))).to.equal('ca')
  })
})

import { expect } from 'chai'
import type { StreamPlace } from '../../infrastructure/event-store/browse.ts'
import { recentStreams } from './recent.ts'

const placeIn = (stream: string, type: string, revision = 0n): StreamPlace => ({
  event: {
    id: `${stream} ${revision}`,
    stream,
    type,
    revision,
    position: { commit: 1n, prepare: 1n },
    created: new Date(0),
    data: {},
    metadata: {},
  },
  link: undefined,
})
const log = [
  placeIn('$ce-order', '$>'),
  placeIn('payment-1', 'PaymentRequested'),
  placeIn('order-1', 'OrderConfirmed', 1n),
  placeIn('order-1', 'OrderPlaced'),
]
/** @param written by the projections of the store */
const look = async (written: readonly string[]) => {
  const browser = {
    all: () => Promise.resolve(log),
    stream: (name: string) => Promise.resolve(written.includes(name) ? [placeIn(name, '$>')] : undefined),
  }
  return recentStreams(browser, { wellKnown: ['parked'], now: Date.now })()
}

describe('the streams that were written to last', () => {
  it('are each there once, newest first, and none of the store’s own', async () => {
    const { items, categories } = await look([])
    expect(items.map(({ stream, lastType }) => [stream, lastType])).to.deep.equal([
      ['payment-1', 'PaymentRequested'],
      ['order-1', 'OrderConfirmed'],
    ])
    expect(categories).to.deep.equal(['order', 'payment'])
  })

  it('lead to those by category and by type where the store writes them', async () => {
    const byCategory = ['$ce-order', '$ce-payment']
    const byType = ['$et-OrderConfirmed', '$et-OrderPlaced', '$et-PaymentRequested']
    expect((await look([])).system).to.deep.equal(['$all', 'parked'])
    expect((await look(byCategory)).system).to.deep.equal(['$all', 'parked', ...byCategory])
    expect((await look([...byCategory, ...byType])).system).to.deep.equal(['$all', 'parked', ...byCategory, ...byType])
  })
})

import { expect } from 'chai'
import type { StreamBrowser, StreamPlace } from '../../infrastructure/event-store/browse.ts'
import { recentStreams } from './recent.ts'

const placeIn = (stream: string, type: string, revision = 0n, at = 1n): StreamPlace => ({
  event: {
    id: `${stream} ${revision}`,
    stream,
    type,
    revision,
    position: { commit: at, prepare: at },
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

  it('are found behind the links that the store’s projections have written, up to a limit', async () => {
    const foundBehind = async (links: number) => {
      const all = [
        ...Array.from({ length: links }, (_, n) => placeIn('$ce-order', '$>', BigInt(n), BigInt(links - n + 1))),
        placeIn('order-1', 'OrderPlaced'),
      ]
      const reads: number[] = []
      const browser = {
        all: ({ from, limit }: Parameters<StreamBrowser['all']>[0]) => {
          const before = typeof from === 'string' ? undefined : from.commit
          const rest = all.filter(({ event }) => before === undefined || (event?.position?.commit ?? 0n) < before)
          reads.push(limit)
          return Promise.resolve(rest.slice(0, limit))
        },
        stream: () => Promise.resolve([]),
      }
      const { items } = await recentStreams(browser, { wellKnown: [], now: Date.now })()
      return { found: items.map(({ stream }) => stream), reads: reads.length }
    }
    expect(await foundBehind(1_200)).to.deep.equal({ found: ['order-1'], reads: 3 })
    expect(await foundBehind(9_000)).to.deep.equal({ found: [], reads: 8 })
  })
})

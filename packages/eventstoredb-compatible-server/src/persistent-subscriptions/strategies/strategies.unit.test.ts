import { expect } from 'chai'
import type { Message } from '../message.ts'
import type { Consumer } from '../consumer.ts'
import { fakeConsumer } from '../testing/driven-group.ts'
import { bucketOf } from './pinned.ts'
import { createStrategy } from './named-strategies.ts'
import type { Strategy } from './strategy.ts'

const message = (stream: string, over: { metadata?: string; type?: string; data?: string } = {}): Message => {
  const original = {
    position: 0n,
    stream,
    revision: 0n,
    id: stream,
    type: over.type ?? 't',
    isJson: true,
    created: 0n,
    data: Buffer.from(over.data ?? ''),
    metadata: Buffer.from(over.metadata ?? ''),
  }
  return {
    id: stream,
    original,
    position: 0n,
    sequence: 1,
    sourceRevision: 0n,
    resolved: { event: original },
    retryCount: 0,
  }
}

type Named = { readonly name: string; readonly consumer: Consumer }

const consumers = (strategy: Strategy, window: number, ...names: readonly string[]): readonly Named[] =>
  names.map((name) => {
    const { consumer } = fakeConsumer(window)
    strategy.add(consumer)
    return { name, consumer }
  })

/** Who is chosen for each of the streams; what is given away stays in flight. */
const give = (strategy: Strategy, among: readonly Named[], ...streams: readonly string[]): readonly string[] =>
  streams.map((stream) => {
    const chosen = strategy.choose(message(stream))
    if (typeof chosen === 'string') return chosen
    chosen.send({ message: message(stream), consumer: chosen, sentAt: 0, deadline: 0, over: false })
    return among.find(({ consumer }) => consumer === chosen)?.name ?? 'nobody'
  })

const several = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `s-${index % 5}`)

describe('consumer strategies (6.7)', () => {
  it('RoundRobin: each in turn, leaving out who is full', () => {
    const strategy = createStrategy('RoundRobin')
    const all = consumers(strategy, 2, 'a', 'b')
    const more = [...all, ...consumers(strategy, 4, 'c')]
    expect(give(strategy, more, ...several(9)).join('')).to.equal('abcabccc' + 'no_capacity')
  })

  it('DispatchToSingle: one until it is full, then the next', () => {
    const strategy = createStrategy('DispatchToSingle')
    const all = consumers(strategy, 4, 'a', 'b', 'c')
    expect(give(strategy, all, ...several(10)).join('')).to.equal('aaaabbbbcc')
    strategy.remove(all[2]?.consumer ?? fakeConsumer().consumer)
    expect(give(strategy, all, 's')).to.deep.equal(['no_capacity'])
  })

  it('Pinned: every stream on one consumer, buckets shared equally', () => {
    const strategy = createStrategy('Pinned')
    const all = consumers(strategy, 1_000, 'a', 'b', 'c')
    const streams = Array.from({ length: 300 }, (_, index) => `order-${index % 100}`)
    const chosen = give(strategy, all, ...streams)
    expect(chosen.slice(100, 200)).to.deep.equal(chosen.slice(0, 100))
    for (const name of ['a', 'b', 'c']) expect(chosen.filter((other) => other === name).length).to.be.within(80, 120)
  })

  it('Pinned: who is full makes others wait only for what is its own', () => {
    const strategy = createStrategy('Pinned')
    const all = consumers(strategy, 1, 'a', 'b')
    const [one, same] = ['x-1', 'x-1']
    const other = Array.from({ length: 50 }, (_, index) => `y-${index}`).find(
      (stream) => bucketOf(stream) !== bucketOf(one),
    )
    expect(give(strategy, all, one, same, other ?? '', same)).to.deep.equal(['a', 'skipped', 'b', 'no_capacity'])
  })

  it('Pinned: a new consumer takes its share, and what leaves is taken over', () => {
    const strategy = createStrategy('Pinned')
    const all = consumers(strategy, 1_000, 'a')
    const streams = Array.from({ length: 100 }, (_, index) => `order-${index}`)
    give(strategy, all, ...streams)
    const both = [...all, ...consumers(strategy, 1_000, 'b')]
    const now = give(strategy, both, ...streams)
    expect(now.filter((name) => name === 'b').length).to.be.within(40, 60)
    strategy.remove(both[0]?.consumer ?? fakeConsumer().consumer)
    expect(new Set(give(strategy, both, ...streams))).to.deep.equal(new Set(['b']))
  })

  it('PinnedByCorrelation: by the correlation id, else by the stream', () => {
    const strategy = createStrategy('PinnedByCorrelation')
    consumers(strategy, 100, 'a', 'b', 'c')
    const chosen = ['s-1', 's-2', 's-3', 's-4'].map((stream) =>
      strategy.choose(message(stream, { metadata: '{"$correlationId":"one"}' })),
    )
    expect(new Set(chosen).size).to.equal(1)
    for (const metadata of ['', 'not json', '{"$correlationId":7}', 'null']) {
      expect(strategy.choose(message('s-1', { metadata })), metadata).to.equal(strategy.choose(message('s-1')))
    }
  })

  it('Pinned: a link that leads nowhere counts as its target’s stream', () => {
    const strategy = createStrategy('Pinned')
    consumers(strategy, 100, 'a', 'b', 'c')
    for (let index = 0; index < 20; index += 1) {
      expect(strategy.choose(message('$ce-x', { type: '$>', data: `3@x-${index}` }))).to.equal(
        strategy.choose(message(`x-${index}`)),
      )
    }
  })
})

import { expect } from 'chai'
import { createStateCache } from './state-cache.ts'

const decider = {}
const at = (revision: bigint) => ({
  state: `at ${revision}`,
  revision,
  position: { commit: revision, prepare: revision },
})

describe('the cache of folded states', () => {
  it('never goes back: who was slower does not put an older state over a newer one', () => {
    const cache = createStateCache({ capacity: 10 })
    cache.put(decider, 'a', at(5n))
    cache.put(decider, 'a', at(4n))
    cache.put(decider, 'a', { state: 'nothing read', revision: undefined, position: undefined })
    expect(cache.get(decider, 'a')).to.deep.equal(at(5n))
    cache.put(decider, 'a', at(6n))
    expect(cache.get(decider, 'a')).to.deep.equal(at(6n))
  })

  it('keeps so many and no more, those that were used last', () => {
    const cache = createStateCache({ capacity: 2 })
    cache.put(decider, 'a', at(1n))
    cache.put(decider, 'b', at(1n))
    cache.get(decider, 'a')
    cache.put(decider, 'c', at(1n))
    expect(['a', 'b', 'c'].filter((stream) => cache.get(decider, stream) !== undefined)).to.deep.equal(['a', 'c'])
  })

  it('keeps what weighs no more than it may, and the one put last whatever it weighs', () => {
    const cache = createStateCache({ capacity: 10, weigh: (state) => (state as string).length })
    const kept = () => ['a', 'b', 'c'].filter((stream) => cache.get(decider, stream) !== undefined)
    const heavy = (stream: string, weight: number, revision = 1n) => {
      cache.put(decider, stream, { ...at(revision), state: 'x'.repeat(weight) })
    }
    heavy('a', 5)
    heavy('b', 5)
    expect(kept()).to.deep.equal(['a', 'b'])
    heavy('a', 6, 2n)
    expect(kept()).to.deep.equal(['a'])
    heavy('c', 99)
    expect(kept()).to.deep.equal(['c'])
    heavy('c', 1, 2n)
    heavy('b', 9)
    expect(kept()).to.deep.equal(['b', 'c'])
  })

  it('keeps the states of two deciders on one stream apart, and forgets all of a stream when told to', () => {
    const cache = createStateCache({ capacity: 10 })
    const other = {}
    cache.put(decider, 'a', at(1n))
    cache.put(other, 'a', at(2n))
    expect([cache.get(decider, 'a'), cache.get(other, 'a')]).to.deep.equal([at(1n), at(2n)])
    cache.forget('a')
    expect([cache.get(decider, 'a'), cache.get(other, 'a')]).to.deep.equal([undefined, undefined])
  })
})

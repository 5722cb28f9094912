import { expect } from 'chai'
import fc from 'fast-check'
import { PersistentMap } from './persistent-map.ts'

/** Two words with the same 32-bit FNV-1a hash. */
const sameHash = ['costarring', 'liquid'] as const

const keys = fc.oneof(fc.constantFrom(...sameHash, 'a', 'b', '', '__proto__', 'constructor'), fc.uuid())
const puts = fc.array(fc.tuple(keys, fc.nat()), { maxLength: 300 })

const sorted = <Value>(entries: Iterable<readonly [string, Value]>) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1))

describe('a persistent map', () => {
  it('is a map', () => {
    fc.assert(
      fc.property(puts, keys, (entries, stranger) => {
        const map = entries.reduce((before, [key, value]) => before.with(key, value), PersistentMap.empty<number>())
        const model = new Map(entries)
        expect(sorted(map)).to.deep.equal(sorted(model))
        expect(map.size).to.equal(model.size)
        for (const key of [...model.keys(), stranger]) {
          expect(map.get(key)).to.equal(model.get(key))
          expect(map.has(key)).to.equal(model.has(key))
        }
      }),
      { seed: 1, numRuns: 200 },
    )
  })

  it('loses what is taken out, and nothing else', () => {
    fc.assert(
      fc.property(puts, fc.array(keys, { maxLength: 50 }), (entries, taken) => {
        const some = [...taken, ...entries.filter((_, index) => index % 3 === 0).map(([key]) => key)]
        const full = entries.reduce((before, [key, value]) => before.with(key, value), PersistentMap.empty<number>())
        const model = new Map(entries)
        const map = some.reduce((before, key) => {
          model.delete(key)
          return before.without(key)
        }, full)
        expect(sorted(map)).to.deep.equal(sorted(model))
        expect(map.size).to.equal(model.size)
        expect(sorted(full)).to.deep.equal(sorted(new Map(entries)))
        for (const key of some) expect(map.has(key)).to.equal(false)
        // What was taken out can be put in again.
        expect(some.reduce((before, key) => before.with(key, 1), map).size).to.equal(
          new Set([...model.keys(), ...some]).size,
        )
      }),
      { seed: 2, numRuns: 200 },
    )
  })

  it('every older version stays what it was', () => {
    fc.assert(
      fc.property(puts, (entries) => {
        const versions = [PersistentMap.empty<number>()]
        for (const [key, value] of entries) versions.push(versions[versions.length - 1]!.with(key, value))
        versions.forEach((version, length) => {
          expect(sorted(version)).to.deep.equal(sorted(new Map(entries.slice(0, length))))
        })
      }),
      { seed: 2, numRuns: 20 },
    )
  })

  it('two versions of one map go on apart', () => {
    const [one, other] = sameHash
    const map = PersistentMap.empty<number>().with(one, 1)
    const left = map.with(other, 2)
    const right = map.with(one, 3)
    expect([sorted(map), sorted(left), sorted(right)]).to.deep.equal([
      [[one, 1]],
      [
        [one, 1],
        [other, 2],
      ],
      [[one, 3]],
    ])
  })
})

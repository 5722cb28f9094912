import { expect } from 'chai'
import fc from 'fast-check'
import { ForgetfulMap } from './forgetful-map.ts'

const keepMs = 100
const entries = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat({ max: 1_000 })), { maxLength: 60 })
const made = (given: readonly (readonly [string, number])[]) =>
  given.reduce((map, [key, time]) => map.with(key, time, new Date(time)), ForgetfulMap.empty<number>(keepMs))

describe('a map that forgets', () => {
  it('keeps every entry for as long as it says, and none for more than twice as long once something newer comes', () => {
    fc.assert(
      fc.property(entries, (unsorted) => {
        const given = unsorted.toSorted(([, a], [, b]) => a - b)
        const map = made(given)
        const last = given.at(-1)?.[1] ?? 0
        for (const [key, time] of new Map(given)) {
          if (last - time < keepMs) expect(map.get(key)).to.equal(time)
          if (map.has(key)) continue
          expect(map.hasForgotten).to.equal(true)
        }
      }),
      { seed: 3, numRuns: 500 },
    )
    const old = made([
      ['a', 0],
      ['b', 100],
      ['c', 200],
    ])
    expect([old.get('a'), old.get('b'), old.get('c'), old.size]).to.deep.equal([undefined, 100, 200, 2])
    expect(old.hasForgotten).to.equal(true)
  })

  it('is made again from its content as it was, also for what comes later', () => {
    fc.assert(
      fc.property(entries, entries, (before, after) => {
        const map = made(before)
        const again = ForgetfulMap.of(
          JSON.parse(JSON.stringify(map.content())) as ReturnType<typeof map.content>,
          keepMs,
        )
        const goOn = (from: ForgetfulMap<number>) =>
          after.reduce((next, [key, time]) => next.with(key, time, new Date(time)), from).content()
        const sorted = ({ recent, earlier, ...rest }: ReturnType<typeof goOn>) => ({
          ...rest,
          recent: recent.toSorted(),
          earlier: earlier.toSorted(),
        })
        expect(sorted(goOn(again))).to.deep.equal(sorted(goOn(map)))
      }),
      { seed: 4, numRuns: 300 },
    )
  })

  it('leaves every older version as it was', () => {
    const before = made([
      ['a', 0],
      ['b', 90],
    ])
    before.with('c', 1, new Date(500)).with('d', 1, new Date(900))
    expect([...before].sort()).to.deep.equal([
      ['a', 0],
      ['b', 90],
    ])
  })
})

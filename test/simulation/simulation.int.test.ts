import { expect } from 'chai'
import { shopEvents } from '../../domain/registry.ts'
import { firstSeed, simulateSeeds } from './seeds.ts'
import { simulate, type Run } from './simulate.ts'

const seeds = 100
const atATime = 20
const first = firstSeed()
const runs: Run[] = []

describe(`simulation, seeds ${first} to ${first + seeds - 1}`, function () {
  this.timeout(60_000)

  for (let from = first; from < first + seeds; from += atATime) {
    it(`holds the statements, seeds ${from} to ${from + atATime - 1}`, async () => {
      runs.push(...(await simulateSeeds(from, atATime)))
    })
  }

  it('has seen every event, and processes die', () => {
    const seen = new Set(runs.flatMap(({ types }) => [...types.keys()]))
    expect(Object.keys(shopEvents).filter((type) => !seen.has(type))).to.deep.equal([])
    expect(runs.filter(({ deaths }) => deaths > 0).length).to.be.greaterThan(seeds / 4)
  })

  it('has lost messages, and brought to rest what stood still for it', () => {
    const lossy = runs.filter(({ lost }) => lost > 0)
    expect(lossy.length).to.be.greaterThan(seeds / 10)
    expect(lossy.filter(({ drivenOn }) => drivenOn > 0).length).to.be.greaterThan(lossy.length / 2)
  })

  it('is the same run for the same seed', async () => {
    for (const run of runs.slice(0, 3)) expect(await simulate({ seed: run.seed })).to.deep.equal(run)
  })
})

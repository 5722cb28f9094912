import { expect } from 'chai'
import { outages } from './outages.ts'
import { firstSeed, describeFailure } from './seeds.ts'
import { simulate } from './simulate.ts'

const seeds = 8
/** Not those that the other tests run. */
const first = firstSeed() + 4_000

describe(`simulation with five minutes' outage, seeds ${first} to ${first + seeds - 1}`, function () {
  this.timeout(120_000)

  for (const outage of outages) {
    it(`of the ${outage}: nothing is parked, nothing is lost, and every order comes to rest`, async () => {
      let noticed = 0
      for (let seed = first; seed < first + seeds; seed += 1) {
        const run = await simulate({ seed, outage })
        // Among what it would find: a parked message, an order that has not come to rest, an event that was handled by nobody.
        expect(run.violations, describeFailure(run)).to.deep.equal([])
        expect({ seed, parked: run.parked }).to.deep.equal({ seed, parked: 0 })
        if (run.outageNoticed > 0) noticed += 1
      }
      // Not in every run somebody needs everything just then; the provider least of all, since what was never sent is not looked up.
      expect(noticed).to.be.at.least(seeds / 4)
    })
  }
})

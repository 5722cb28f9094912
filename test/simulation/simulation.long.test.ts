import { firstSeed, simulateSeeds } from './seeds.ts'

const seeds = 10_000
const atATime = 100
/** Not those that the short test runs. */
const first = firstSeed() + 1_000

describe(`simulation, seeds ${first} to ${first + seeds - 1}`, () => {
  for (let from = first; from < first + seeds; from += atATime) {
    it(`holds the statements, seeds ${from} to ${from + atATime - 1}`, async () => {
      await simulateSeeds(from, atATime)
    })
  }
})

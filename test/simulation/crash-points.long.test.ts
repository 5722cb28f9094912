import { expect } from 'chai'
import { crashAt, richCalmRun } from './crash-points.ts'
import { firstSeed } from './seeds.ts'

const runs = 3

describe(`a process dies at each of its steps, ${runs} shops, seeds from ${firstSeed()}`, function () {
  this.timeout(1_200_000)

  let from = firstSeed()
  for (let shop = 1; shop <= runs; shop += 1) {
    it(`and all comes to rest as it should, shop ${shop}`, async () => {
      const run = await richCalmRun(from)
      from = run.seed + 1
      const failures: string[] = []
      for (const point of run.points) {
        const failure = await crashAt(run, point)
        if (failure !== undefined) failures.push(failure)
      }
      expect(failures).to.deep.equal([])
    })
  }
})

import { expect } from 'chai'
import { crashAt, richCalmRun, type CalmRun } from './crash-points.ts'
import { firstSeed } from './seeds.ts'

const parts = 10
const first = firstSeed()
/** Another one each day: after ten days, each place among ten has had its turn. */
const part = Math.floor(first / 10_000) % parts

describe(`a process dies at a step, part ${part} of ${parts} of all steps, seed from ${first}`, function () {
  this.timeout(120_000)
  let run: CalmRun
  before(async () => {
    run = await richCalmRun(first)
  })

  it('and all comes to rest as it should', async () => {
    const failures: string[] = []
    for (const point of run.points.filter(({ number }) => number % parts === part)) {
      const failure = await crashAt(run, point)
      if (failure !== undefined) failures.push(failure)
    }
    expect(failures).to.deep.equal([])
  })

  it('the steps are before and after everything that is asked, written, claimed and called', () => {
    const named = (what: string) => run.points.some(({ name }) => name.includes(what))
    const kinds = ['asks for order-', 'has read payment-', 'is answered on reservation-', 'is answered on stock-']
    const calls = ['claims payment', 'knows about its claim of payment', 'gives back payment', 'hears of its message']
    expect([...kinds, ...calls, 'is answered: charge'].filter((what) => !named(what))).to.deep.equal([])
  })
})

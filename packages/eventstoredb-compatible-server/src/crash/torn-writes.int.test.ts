import { expect } from 'chai'
import { createRandom } from '../testing/random.ts'
import { tear } from './torn-writes.ts'

describe('files that a power cut, or worse, has been at', () => {
  it('are opened with every append whole that was on disk, or refused with an error that says so', async () => {
    // Another each hour.
    const seed = Math.floor(Date.now() / 3_600_000)
    process.stdout.write(`event store, torn writes: seed ${seed}\n`)
    const outcomes = await tear(createRandom(seed), 4)
    expect(outcomes).to.include({
      'pages partly written: before': 4,
      'pages partly written, the end missing: before': 4,
      'meta page written as nothing: before': 4,
    })
    expect(outcomes['a bit turned over: refused']).to.be.greaterThan(10)
  }).timeout(120_000)
})

import { createRandom } from '../testing/random.ts'
import { tear } from './torn-writes.ts'

describe('files that a power cut, or worse, has been at, many times', () => {
  it('are opened with every append whole that was on disk, or refused with an error that says so', async () => {
    const seed = Math.floor(Date.now() / 3_600_000)
    process.stdout.write(`event store, torn writes: seed ${seed}\n`)
    await tear(createRandom(seed), 150)
  })
})

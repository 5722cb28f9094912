import { expect } from 'chai'
import { seedOfDay } from '../support/seed-of-day.ts'
import { chaos } from './chaos.ts'
import { chaosProviders } from './provider.ts'

const seed = seedOfDay('CHAOS_SEED') + 1
const minutes = 2.5

/** Three times as long as `npm run chaos` asks for: a test shares its machine. */
const quietWithinMs = 30_000

describe(`${minutes} minutes of chaos with each payment provider, CHAOS_SEED=${seed - 1}`, () => {
  for (const provider of chaosProviders)
    it(`lose nothing, double nothing, and all comes to rest: ${provider}`, async () => {
      const report = await chaos({ provider, seed, durationMs: minutes * 60_000, ordersPerSecond: 3, quietWithinMs })
      expect(report.wrong, JSON.stringify(report)).to.deep.equal([])
      expect(report.orders).to.be.greaterThan(100)
      expect(report.books.entries.provider).to.be.greaterThan(100)
    })
})

import { expect } from 'chai'
import { seedOfDay } from '../support/seed-of-day.ts'
import { chaos } from './chaos.ts'
import { chaosProviders } from './provider.ts'

const seed = seedOfDay('CHAOS_SEED') + 1
/** The books of the one that takes real money are kept for longest. */
const minutesWith = { mock: 2.5, stripe: 10 } as const

/** Three times as long as `npm run chaos` asks for: a test shares its machine. */
const quietWithinMs = 30_000

describe(`chaos with each payment provider, CHAOS_SEED=${seed - 1}`, () => {
  for (const provider of chaosProviders) {
    const minutes = minutesWith[provider]
    it(`loses nothing in ${minutes} minutes, doubles nothing, all comes to rest, and the books say the same: ${provider}`, async () => {
      const report = await chaos({ provider, seed, durationMs: minutes * 60_000, ordersPerSecond: 3, quietWithinMs })
      expect(report.wrong, JSON.stringify(report)).to.deep.equal([])
      expect(report.orders).to.be.greaterThan(40 * minutes)
      expect(report.books.entries.provider).to.be.greaterThan(40 * minutes)
      expect(report.books.differences).to.equal(0)
    })
  }
})

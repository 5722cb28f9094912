import { expect } from 'chai'
import { shopStartLimitMs } from '../end-to-end/running-shop.ts'
import { seedOfDay } from '../support/seed-of-day.ts'
import { chaos } from './chaos.ts'
import { chaosProviders } from './provider.ts'

const seed = seedOfDay('CHAOS_SEED')

/** One after the other, day by day. */
const provider = chaosProviders[seed % 2 === 0 ? 0 : 1]

/** Three times as long as `npm run chaos` asks for: a test shares its machine. */
const quietWithinMs = 30_000

describe(`half a minute of chaos with ${provider}, CHAOS_SEED=${seed}`, () => {
  it('loses nothing, doubles nothing, and all comes to rest', async function () {
    this.timeout(shopStartLimitMs)
    const report = await chaos({ provider, seed, durationMs: 30_000, ordersPerSecond: 3, quietWithinMs })
    expect(report.wrong, JSON.stringify(report)).to.deep.equal([])
    expect(report.orders).to.be.greaterThan(20)
    expect(Object.keys(report.faults).length).to.be.greaterThan(5)
  })
})

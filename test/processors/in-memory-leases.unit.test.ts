import { leasesContract } from './leases-contract.ts'
import { inMemoryLeases } from './in-memory-leases.ts'

describe('leases in memory', () => {
  leasesContract(async () => {
    let time = Date.parse('2026-01-05T09:00:00.000Z')
    return {
      leases: inMemoryLeases({ now: () => new Date(time), leaseMs: 60_000 }),
      pass: async (seconds) => {
        time += seconds * 1_000
      },
    }
  })
})

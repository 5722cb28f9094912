import { attemptsContract } from './leases-contract.ts'
import { inMemoryAttempts } from './in-memory-leases.ts'

describe('attempts in memory', () => {
  attemptsContract(async () => {
    let time = Date.parse('2026-01-05T09:00:00.000Z')
    return {
      attempts: inMemoryAttempts({ now: () => new Date(time), leaseMs: 60_000 }),
      pass: async (seconds) => { time += seconds * 1_000 },
    }
  })
})

import { runOnLog } from './runs.ts'
import { seeds } from './seeds.ts'

describe('the rules of EventStoreDB, against random runs', () => {
  it('hold in the log, whoever writes at the same time, and across restarts', async () => {
    for (const seed of seeds('log', 50)) await runOnLog(seed, 30)
  }).timeout(60_000)
})

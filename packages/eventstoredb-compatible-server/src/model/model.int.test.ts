import { runOnLog, runOverWire } from './runs.ts'
import { seeds } from './seeds.ts'

describe('the rules of EventStoreDB, against random runs', () => {
  it('hold in the log, whoever writes at the same time, and across restarts', async () => {
    for (const seed of seeds('log', 50)) await runOnLog(seed)
  }).timeout(60_000)

  it('hold for clients of a server, all writing at the same time, and across its restarts', async () => {
    for (const seed of seeds('server', 10)) await runOverWire(seed)
  }).timeout(60_000)
})

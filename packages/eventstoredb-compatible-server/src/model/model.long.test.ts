import { runOnLog, runOverWire } from './runs.ts'
import { seeds } from './seeds.ts'

describe('the rules of EventStoreDB, against many random runs', () => {
  it('hold in the log', async () => {
    for (const seed of seeds('log, long', 1_000)) await runOnLog(seed)
  })

  it('hold for clients of a server', async () => {
    for (const seed of seeds('server, long', 100)) await runOverWire(seed)
  })
})

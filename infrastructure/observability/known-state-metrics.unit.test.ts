import { expect } from 'chai'
import { createCommandHandling } from '../event-store/handle-command.ts'
import { createInMemoryStore } from '../../test/simulation/in-memory-store.ts'
import { codec, context, seats } from '../../test/event-store/seats.ts'
import { knownStateMetrics } from './known-state-metrics.ts'
import { createRegistry } from './metrics.ts'

describe('what is known of streams', () => {
  it('is counted once a turn', async () => {
    const registry = createRegistry({ service: 'test' })
    const store = createInMemoryStore()
    const onTurn = knownStateMetrics(registry)
    const handling = () => createCommandHandling({ store, codec, onTurn })
    const first = handling()
    const open = (stream: string, id: string, mayOpen: boolean, on = first) =>
      on.handle(seats, stream, { open: 3 }, context(id), { mayOpen })
    await open('seats-1', 'a', true)
    await open('seats-1', 'b', true)
    await open('seats-2', 'c', false)
    await open('seats-1', 'd', false, handling())
    const metric = await registry.getSingleMetric('command_turns_total')?.get()
    expect(Object.fromEntries(metric?.values.map(({ labels, value }) => [labels['state'], value]) ?? [])).to.deep.equal(
      { taken_as_new: 1, remembered: 1, read: 2 },
    )
  })
})

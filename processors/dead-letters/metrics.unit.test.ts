import { expect } from 'chai'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import { deskInMemory } from '../../test/processors/desk.ts'
import { eventOf } from '../../test/processors/parked-streams.ts'
import { deadLetterMetrics } from './metrics.ts'

describe('the metrics of dead letters', () => {
  it('say how many stand, for what and for how long, and what was decided', async () => {
    const { unresolved, streams, decisions, now } = deskInMemory()
    const registry = createRegistry({ service: 'test' })
    const report = deadLetterMetrics(registry, ['order', 'payment'], unresolved, now)
    const values = async (name: string) => {
      const found = await registry.getSingleMetric(name)?.get()
      return found?.values.map(({ labels, value }) => [labels['group'], labels['code'] ?? labels['kind'], value])
    }
    streams.park('payment', eventOf('a', 1), 'schema_mismatch')
    streams.park('payment', eventOf('a', 2), 'waits_behind')
    streams.park('payment', eventOf('a', 3), 'waits_behind')
    await unresolved.refresh('payment')
    expect(await values('dead_letters')).to.deep.equal([
      ['payment', 'schema_mismatch', 1],
      ['payment', 'waits_behind', 2],
    ])
    expect(await values('dead_letter_oldest_seconds')).to.deep.equal([
      ['order', undefined, 0],
      ['payment', undefined, 60],
    ])
    await decisions.discard({ group: 'payment', number: 0n }, 'olga', 'of no use')
    report('payment', 'discard', 'discarded')
    expect(await values('dead_letters')).to.deep.equal([['payment', 'waits_behind', 2]])
    expect(await values('dead_letters_decided_total')).to.deep.equal([['payment', 'discard', 1]])
  })
})

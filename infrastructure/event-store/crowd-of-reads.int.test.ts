import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { startControlledEventStore, type ControlledEventStore } from 'eventstoredb-compatible-server/source/testing'
import { until } from '../../test/support/until.ts'
import { connectEventStore } from './adapter.ts'
import { NoAnswer } from './answer-within.ts'
import type { EventStore } from './port.ts'

const mostAtATime = 80
const crowd = 300

const count = async (events: AsyncIterable<unknown>): Promise<number> => {
  let all = 0
  for await (const _ of events) all += 1
  return all
}

describe('a crowd of reads, more than the server takes calls on a connection', () => {
  let server: ControlledEventStore
  let store: EventStore
  beforeEach(async () => {
    server = await startControlledEventStore({ port: 0, data: 'memory' })
    store = await connectEventStore({ url: server.url, patienceMs: 5_000 })
    await store.append('one', [{ id: randomUUID(), type: 'Counted', data: {}, metadata: {} }], 'no_stream')
  })
  afterEach(async () => {
    await store.dispose()
    await server.stop()
  })

  const underWay = () =>
    until('as many are under way as may be', async () =>
      server.faults.counts().calls > mostAtATime ? true : undefined,
    )

  it('leaves room for what is asked about groups, and all are answered', async () => {
    server.faults.pauseDelivery('read')
    const reads = Array.from({ length: crowd }, () => count(store.readStream('one')))
    await underWay()
    expect(await store.groupInfo('none')).to.equal(undefined)
    // The call for appends, and the reads.
    expect(server.faults.counts().calls).to.equal(1 + mostAtATime)
    server.faults.clear()
    expect(await Promise.all(reads)).to.deep.equal(Array.from({ length: crowd }, () => 1))
  })

  it('keeps no place for a reader who has given up, nor for one who has left early', async () => {
    server.faults.pauseDelivery('read')
    const giving = new AbortController()
    const reads = Array.from({ length: crowd }, () =>
      count(store.readStream('one', { signal: giving.signal })).catch((error: unknown) => error),
    )
    await underWay()
    giving.abort()
    for (const outcome of await Promise.all(reads)) expect(outcome).to.be.instanceOf(NoAnswer)
    server.faults.clear()
    for (let n = 0; n < mostAtATime + 1; n += 1) {
      for await (const _ of store.readStream('one')) break
    }
    expect(await count(store.readStream('one'))).to.equal(1)
  })
})

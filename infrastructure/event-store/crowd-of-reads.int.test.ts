import { expect } from 'chai'
import { startControlledEventStore, type ControlledEventStore } from 'eventstoredb-compatible-server/source/testing'
import { count, counted } from '../../test/event-store/counting.ts'
import { rejection } from '../../test/support/rejection.ts'
import { untilTrue } from '../../test/support/until.ts'
import { connectEventStore } from './adapter.ts'
import { NoAnswer } from './answer-within.ts'
import type { EventStore } from './port.ts'

const mostAtATime = 80
const crowd = 300

describe('a crowd of reads, more than the server takes calls on a connection', () => {
  let server: ControlledEventStore
  let store: EventStore
  beforeEach(async () => {
    server = await startControlledEventStore({ port: 0, data: 'memory' })
    store = await connectEventStore({ url: server.url, patienceMs: 5_000 })
    await store.append('one', [counted(0)], 'no_stream')
  })
  afterEach(async () => {
    await store.dispose()
    await server.stop()
  })

  const underWay = () => untilTrue('as many are under way as may be', () => server.faults.counts().calls > mostAtATime)

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

  it('is not made of probes that nobody waits for any more', async () => {
    await untilTrue('only the call for appends is under way', () => server.faults.counts().calls === 1)
    server.faults.pauseDelivery('read')
    for (let n = 0; n < 5; n += 1) expect(await rejection(store.probe(20))).to.be.instanceOf(NoAnswer)
    await untilTrue('only the call for appends is under way again', () => server.faults.counts().calls === 1, {
      limitMs: 2_000,
    })
  })
})

import { expect } from 'chai'
import { startEventStore } from 'eventstoredb-compatible-server/source'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import { groupSettings } from '../../processors/groups.ts'
import { until } from '../support/until.ts'
import { eventStoreNames, ofRealServersAlone } from './event-store-series.ts'

describe('what the embedded event store tells of itself', function () {
  this.timeout(30_000)

  it('is the part of what a real one tells that is taken for it, and no more', async () => {
    const server = await startEventStore({ port: 0, data: 'memory' })
    const store = await connectEventStore({ url: server.url })
    try {
      await store.ensureGroup('payment', groupSettings)
      const connection = await store.connect('payment', { bufferSize: 10 })
      const deliveries = connection.deliveries[Symbol.asyncIterator]()
      // Once it has acknowledged something, the group has a checkpoint.
      const first = await deliveries.next()
      if (first.done !== true) await connection.ack([first.value.ackId])
      const tellsAll = eventStoreNames.filter((name) => !ofRealServersAlone.has(name))
      const told = await until('it tells of the group', async () => {
        const text = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text()
        const names = new Set([...text.matchAll(/^(eventstore_\w+)/gm)].map(([, name]) => name ?? ''))
        return tellsAll.every((name) => names.has(name)) ? names : undefined
      })
      expect([...ofRealServersAlone].filter((name) => told.has(name))).to.deep.equal([])
      await connection.close()
    } finally {
      await store.dispose()
      await server.stop()
    }
  })
})

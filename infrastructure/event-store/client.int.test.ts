import { jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { startControlledEventStore } from 'eventstoredb-compatible-server/source/testing'
import { closeClient, openClient } from './client.ts'

describe('clients of the event store', () => {
  it('have a connection each, so that one that breaks or is full is no other\'s concern', async () => {
    const server = await startControlledEventStore({ port: 0, data: 'memory' })
    const clients = ['append', 'read', 'subscribe'].map((name) => openClient(server.url, name))
    try {
      for (const client of clients) await client.appendToStream('connected', jsonEvent({ type: 'Connected', data: {} }))
      expect(server.faults.counts().connections).to.equal(3)
    } finally {
      for (const client of clients) await closeClient(client, 1_000, () => undefined)
      await server.stop()
    }
  })
})

import { jsonEvent, type AllStreamSubscription, type StreamingRead } from '@eventstore/db-client'
import { expect } from 'chai'
import { startControlledEventStore } from 'eventstoredb-compatible-server/source/testing'
import { closeClient, openClient } from './client.ts'

describe('clients of the event store', () => {
  it("have a connection each, so that one that breaks or is full is no other's concern", async () => {
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

  it('leave nothing unhandled when a call breaks while no node of several is found', async () => {
    const server = await startControlledEventStore({ port: 0, data: 'memory' })
    const client = openClient(`esdb://127.0.0.1:${server.port},127.0.0.1:1?tls=false&maxDiscoverAttempts=3`, 'cluster')
    const failed = (call: StreamingRead<unknown> | AllStreamSubscription) =>
      new Promise<string>((resolve) => {
        call
          .on('error', (error: Error) => {
            resolve(error.message)
          })
          .resume()
      })
    const unhandled: unknown[] = []
    const note = (error: unknown) => {
      unhandled.push(error)
    }
    process.on('unhandledRejection', note)
    const confirmed = Promise.withResolvers<void>()
    const subscription = client.subscribeToAll().on('confirmation', () => {
      confirmed.resolve()
    })
    const dropped = failed(subscription)
    await confirmed.promise
    // 1 Another call is refused: the client looks for a node with the next one, and keeps what runs on the old connection.
    server.faults.refuse('read', 14, 'Server Is Not Ready')
    expect(await failed(client.readAll({ maxCount: 1 }))).to.include('Server Is Not Ready')
    // 2 It breaks in the middle of that.
    const looking = failed(client.readAll({ maxCount: 1 }))
    await server.kill()
    expect(await dropped).to.include('UNAVAILABLE')
    expect(await looking).to.include('Failed to discover')
    // 3 What nobody handles is told of when this turn is over.
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    process.off('unhandledRejection', note)
    await closeClient(client, 1_000, () => undefined)
    expect(unhandled).to.deep.equal([])
  })
})

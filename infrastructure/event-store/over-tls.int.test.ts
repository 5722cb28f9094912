import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { appended, caughtUp, confirmed, delivery, eventRead } from '../../test/event-store/scripted-answers.ts'
import { startScriptedServer, type ScriptedServer } from '../../test/event-store/scripted-server.ts'
import { untilTrue } from '../../test/support/until.ts'
import { connectEventStore } from './adapter.ts'
import type { EventStore } from './port.ts'

describe('the event store adapter, with a server that speaks TLS and asks for a password', () => {
  let server: ScriptedServer
  let store: EventStore
  beforeEach(async () => {
    server = await startScriptedServer({ secure: true })
    store = await connectEventStore({ url: `${server.url}&connectionName=shop` })
  })
  afterEach(async () => {
    await store.dispose()
    server.close()
  })

  const ops = `Basic ${Buffer.from('ops:secret').toString('base64')} shop`

  it('appends', async () => {
    server.script.append = appended(0n, 9n)
    const event = { id: randomUUID(), type: 'Happened', data: {}, metadata: {} }
    expect((await store.append('order-1', [event], 'no_stream')).revision).to.equal(0n)
    expect(server.askedBy).to.deep.equal([`append ${ops}`])
  })

  it('reads', async () => {
    server.script.read = [eventRead({})]
    for await (const { stream } of store.readStream('order-1')) expect(stream).to.equal('order-1')
    expect(server.askedBy).to.deep.equal([`read ${ops}`])
  })

  it('follows $all', async () => {
    server.script.read = [confirmed(), eventRead({}), caughtUp()]
    const ending = new AbortController()
    const kinds: string[] = []
    for await (const { kind } of store.subscribeToAll({
      after: 'start',
      streamPrefixes: ['order-'],
      signal: ending.signal,
    })) {
      kinds.push(kind)
      if (kind === 'caught_up') ending.abort()
    }
    expect(kinds).to.deep.equal(['event', 'caught_up'])
    expect(server.askedBy).to.deep.equal([`read ${ops}`])
  })

  it('consumes a group', async () => {
    server.script.consume = [delivery({ data: '{"n":1}' })]
    const connection = await store.connect('order', { bufferSize: 10 })
    for await (const { event, ackId } of connection.deliveries) {
      expect([event?.stream, event?.data]).to.deep.equal(['order-1', { n: 1 }])
      await connection.ack([ackId])
      await untilTrue('the acknowledgement has come', () => server.asked.length > 0)
      break
    }
    expect(server.asked).to.deep.equal(['ack 6f2f8f0c-0f4e-4ad0-9d3b-0d1b7a3f5a01'])
    expect(server.askedBy).to.deep.equal([`consume ${ops}`])
  })
})

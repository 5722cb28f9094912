import { jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { counted } from '../../../test/event-store/counting.ts'
import { rejection } from '../../../test/support/rejection.ts'

const internal = 13
const event = jsonEvent({ type: 'Counted', data: { n: 1 } })

describe("a server that answers a client's first call with INTERNAL, once", () => {
  const opening = closedAfterEach()

  it('gets nothing from this client any more', async () => {
    const server = await opening.server()
    server.faults.refuse('features', internal, 'once')
    const client = opening.bareClient(server.url)
    for (let n = 0; n < 5; n += 1)
      expect(await rejection(client.appendToStream('order-1', event))).to.have.property('code', internal)
    // Nothing more was asked of it: another client is served.
    expect((await opening.bareClient(server.url).appendToStream('order-1', event)).nextExpectedRevision).to.equal(0n)
  })

  it('gets the appends of the adapter that asked when it was started', async () => {
    const server = await opening.server()
    server.faults.refuse('features', internal, 'once')
    const store = await opening.adapter({ url: server.url })
    expect((await store.append('order-1', [counted(0)], 'no_stream')).revision).to.equal(0n)
  })

  it('gets the appends of the adapter that asked when its call had broken', async () => {
    const server = await opening.server()
    const warnings: string[] = []
    const store = await opening.adapter({ url: server.url, warn: (message) => warnings.push(message) })
    await store.append('order-1', [counted(0)], 'no_stream')
    server.faults.endWith('append', 14, 'away')
    server.faults.refuse('features', internal, 'once')
    expect((await store.append('order-1', [counted(1)], 0n)).revision).to.equal(1n)
    expect(warnings).to.include('the client for appends is replaced by a new one')
  })
})

import { jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { counted } from '../../../test/event-store/counting.ts'
import { rejection } from '../../../test/support/rejection.ts'
import { VersionConflict } from '../port.ts'

describe('an append to a stream that is elsewhere', () => {
  const opening = closedAfterEach()
  const six = Array.from({ length: 6 }, (_, n) => counted(n))

  it('answers with a revision that is not so, where the client was told not to throw', async () => {
    const server = await opening.server()
    const client = opening.bareClient(`${server.url}&throwOnAppendFailure=false`)
    await client.appendToStream(
      'order-1',
      six.map(({ data }) => jsonEvent({ type: 'Counted', data })),
    )
    const answer = await client.appendToStream('order-1', jsonEvent({ type: 'Counted', data: {} }), {
      expectedRevision: 3n,
    })
    // It is at 5.
    expect(answer).to.deep.include({ success: false, nextExpectedRevision: 1n })
  })

  it('is a conflict for the adapter, with the place where the stream is, also where the client was told not to throw', async () => {
    const server = await opening.server()
    const store = await opening.adapter({ url: `${server.url}&throwOnAppendFailure=false` })
    await store.append('order-1', six, 'no_stream')
    const conflict = await rejection(store.append('order-1', [counted(6)], 3n))
    expect(conflict).to.be.instanceOf(VersionConflict).and.include({ stream: 'order-1', expected: 3n, actual: 5n })
    const elsewhere = await rejection(store.append('order-2', [counted(6)], 3n))
    expect(elsewhere).to.be.instanceOf(VersionConflict).and.include({ expected: 3n, actual: 'no_stream' })
    const there = await rejection(store.append('order-1', [counted(6)], 'no_stream'))
    expect(there).to.be.instanceOf(VersionConflict).and.include({ expected: 'no_stream', actual: 5n })
  })
})

import { jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { counted, rejection } from '../../../test/event-store/counting.ts'
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

  it('throws what the store says, also where the client was told not to throw', async () => {
    const server = await opening.server()
    const store = await opening.adapter({ url: `${server.url}&throwOnAppendFailure=false` })
    await store.append('order-1', six, 'no_stream')
    expect(await rejection(store.append('order-1', [counted(6)], 3n))).to.be.instanceOf(VersionConflict)
  })
})

import { jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { counted } from '../../../test/event-store/counting.ts'
import { rejection } from '../../../test/support/rejection.ts'
import { closeClient } from '../client.ts'
import { StoreUnavailable, VersionConflict } from '../port.ts'

const event = jsonEvent({ type: 'Counted', data: { n: 1 } })
const shapeOf = (error: unknown) =>
  error instanceof Error
    ? { type: 'type' in error ? error.type : undefined, code: 'code' in error ? error.code : undefined }
    : error

describe('what is thrown for a failed append', () => {
  const opening = closedAfterEach()

  it('is by the client an error with a type, one with a number, or one with neither', async () => {
    const server = await opening.server()
    const client = opening.bareClient(server.url)
    await client.appendToStream('order-1', event)
    const conflict = await rejection(client.appendToStream('order-1', event, { expectedRevision: 7n }))
    expect(shapeOf(conflict)).to.deep.equal({ type: 'wrong-expected-version', code: undefined })

    server.faults.refuse('features', 13, 'not now')
    const refused = await rejection(opening.bareClient(server.url).appendToStream('order-1', event))
    expect(shapeOf(refused)).to.deep.equal({ type: undefined, code: 13 })

    await closeClient(client, 1_000, () => undefined)
    expect(shapeOf(await rejection(client.appendToStream('order-1', event)))).to.deep.equal({
      type: undefined,
      code: undefined,
    })
  })

  it('is by the adapter a conflict, or that the store is away', async () => {
    const server = await opening.server()
    const store = await opening.adapter({ url: server.url, patienceMs: 50 })
    await store.append('order-1', [counted(0)], 'no_stream')
    expect(await rejection(store.append('order-1', [counted(1)], 7n))).to.be.instanceOf(VersionConflict)

    server.faults.refuse('features', 13, 'not now', 100)
    const refused = await opening.adapter({ url: server.url, patienceMs: 50 })
    expect(await rejection(refused.append('order-1', [counted(1)], 0n))).to.be.instanceOf(StoreUnavailable)

    await store.dispose()
    expect(await rejection(store.append('order-1', [counted(1)], 0n))).to.be.instanceOf(StoreUnavailable)
  })
})

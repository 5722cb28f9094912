import { jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { counted } from '../../../test/event-store/counting.ts'
import { isStillPending } from '../../../test/event-store/still-pending.ts'
import { rejection } from '../../../test/support/rejection.ts'
import { StoreUnavailable } from '../port.ts'

const limits = { appendTimeoutMs: 50, readTimeoutMs: 100, patienceMs: 200, closeTimeoutMs: 100 }
const event = jsonEvent({ type: 'Counted', data: { n: 1 } })

describe('a server that falls silent', () => {
  const opening = closedAfterEach()

  it('leaves an append of the client pending, whatever deadline it was given', async () => {
    const proxy = await opening.proxy((await opening.server()).port)
    const client = opening.bareClient(proxy.url)
    await client.appendToStream('order-1', event)
    proxy.hold()
    const append = client.appendToStream('order-1', event, { deadline: 50 })
    expect(await isStillPending(append)).to.equal(true)
    proxy.release()
    await append
  })

  it('is given up by the adapter when its patience is up', async () => {
    const proxy = await opening.proxy((await opening.server()).port)
    const store = await opening.adapter({ url: proxy.url, ...limits })
    await store.append('order-1', [counted(0)], 'no_stream')
    proxy.hold()
    expect(await rejection(store.append('order-1', [counted(1)], 0n))).to.be.instanceOf(StoreUnavailable)
  })

  it('once is met by the adapter with the same append again, which is written once', async () => {
    const server = await opening.server()
    const store = await opening.adapter({ url: server.url, appendTimeoutMs: 50 })
    await store.append('order-1', [counted(0)], 'no_stream')
    server.faults.answerNever('append')
    expect((await store.append('order-1', [counted(1)], 0n)).revision).to.equal(1n)
    expect((await store.lastEvents('order-1', 10)).length).to.equal(2)
  })
})

describe('a server that is silent from the beginning', () => {
  const opening = closedAfterEach()

  it("leaves the client's first call pending, whatever deadline it was given", async () => {
    const proxy = await opening.proxy((await opening.server()).port)
    proxy.hold()
    const client = opening.bareClient(`${proxy.url}&defaultDeadline=50`)
    const append = client.appendToStream('order-1', event, { deadline: 50 })
    expect(await isStillPending(append)).to.equal(true)
    proxy.release()
    await append
  })

  it('keeps the adapter neither from starting nor from answering', async () => {
    const proxy = await opening.proxy((await opening.server()).port)
    proxy.hold()
    const warnings: string[] = []
    const store = await opening.adapter({ url: proxy.url, ...limits, warn: (message) => warnings.push(message) })
    expect(warnings).to.include('the event store does not answer yet')
    expect(await rejection(store.append('order-1', [counted(1)], 'no_stream'))).to.be.instanceOf(StoreUnavailable)
  })
})

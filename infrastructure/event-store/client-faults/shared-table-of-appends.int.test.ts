import { jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { counted } from '../../../test/event-store/counting.ts'
import { startProgram } from '../../../test/event-store/programs/start.ts'
import { rejection } from '../../../test/support/rejection.ts'
import { untilTrue } from '../../../test/support/until.ts'
import type { EventStore } from '../port.ts'

const run = (scenario: 'late-answer' | 'crowd', way: 'client' | 'adapter') =>
  startProgram('appends-of-two-clients', [scenario, way]).ended

// All clients of a process keep the appends that wait for an answer in one table.

describe("an append, when another client's connection breaks", () => {
  const opening = closedAfterEach()
  const event = jsonEvent({ type: 'Counted', data: { n: 1 } })

  /** Two that share nothing but the process; the first one's answer is held back, and the other's connection cut. */
  const twoProxies = async () => {
    const server = await opening.server()
    return { sound: await opening.proxy(server.port), breaking: await opening.proxy(server.port) }
  }

  it("the client's is rejected, though nothing is wrong with its own connection", async () => {
    const { sound, breaking } = await twoProxies()
    const [one, other] = [opening.bareClient(sound.url), opening.bareClient(breaking.url)]
    for (const client of [one, other]) await client.appendToStream('warm-up', event)
    sound.hold()
    const append = rejection(one.appendToStream('order-1', event))
    await untilTrue('the answer is held', () => sound.held() > 0)
    breaking.cut()
    await rejection(other.appendToStream('order-2', event))
    expect(await append).to.have.property('type', 'unavailable')
    // The answer itself would now end the process.
    sound.cut()
  })

  it("the adapter's goes on waiting for its own answer", async () => {
    const { sound, breaking } = await twoProxies()
    const stores: EventStore[] = []
    for (const { url } of [sound, breaking]) stores.push(await opening.adapter({ url, appendTimeoutMs: 5_000 }))
    for (const store of stores) await store.append('warm-up', [counted(0)], 'any')
    const [one, other] = stores
    sound.hold()
    const append = one?.append('order-1', [counted(1)], 'no_stream')
    await untilTrue('the answer is held', () => sound.held() > 0)
    breaking.cut()
    await other?.append('order-2', [counted(2)], 'no_stream')
    sound.release()
    expect((await append)?.revision).to.equal(0n)
  })
})

describe('an answer to an append that comes after another connection has broken', () => {
  it('ends the process when the client appends', async () => {
    const { code, errors } = await run('late-answer', 'client')
    expect(code).to.equal(1)
    expect(errors).to.include('is not iterable')
  })

  it('is taken when the adapter does', async () => {
    expect(await run('late-answer', 'adapter')).to.deep.equal({ code: 0, out: '1 written\n', errors: '' })
  })
})

describe('a crowd of appends on a connection that stalls and breaks', () => {
  it('ends the process when the client appends', async () => {
    const { code, errors } = await run('crowd', 'client')
    expect(code).to.equal(1)
    expect(errors).to.include('batchAppend.js')
  })

  it('is written when the adapter appends', async () => {
    expect(await run('crowd', 'adapter')).to.deep.equal({ code: 0, out: '100 written\n', errors: '' })
  })
})

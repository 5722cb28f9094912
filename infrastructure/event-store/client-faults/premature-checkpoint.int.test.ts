import { streamNameFilter } from '@eventstore/db-client'
import { expect } from 'chai'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { startProgram } from '../../../test/event-store/programs/start.ts'
import { checkpointAt, confirmed, eventRead } from '../../../test/event-store/scripted-answers.ts'
import { isStillPending } from '../../../test/event-store/still-pending.ts'
import { batches } from '../../subscriptions/catch-up.ts'
import type { Position } from '../position.ts'

const eventAt = (position: bigint) => eventRead({ position, revision: position, type: `At${position}` })
/** Ten events, then what the server says of the next records, in which there is nothing for us. */
const script = [confirmed(), ...Array.from({ length: 10 }, (_, n) => eventAt(BigInt(n + 1))), checkpointAt(99n)]

describe('a checkpoint that comes behind ten events', () => {
  const opening = closedAfterEach()

  it('is told of by the client when a slow reader has had one of them', async () => {
    const server = await opening.scriptedServer()
    server.script.read = script
    const checkpoint = Promise.withResolvers<Position>()
    const filter = streamNameFilter({
      prefixes: ['order-'],
      checkpointReached: async (_, position) => {
        checkpoint.resolve(position)
      },
    })
    const subscription = opening.bareClient(server.url).subscribeToAll({ filter })
    for await (const { event } of subscription) {
      expect(event?.type).to.equal('At1')
      // Saved now, nine events would be passed over for good.
      expect((await checkpoint.promise).commit).to.equal(99n)
      break
    }
    await subscription.unsubscribe()
  })

  it('comes from the adapter when all of them have been taken', async () => {
    const server = await opening.scriptedServer()
    server.script.read = script
    const store = await opening.adapter({ url: server.url })
    const ending = new AbortController()
    const seen: string[] = []
    const from = { after: 'start', streamPrefixes: ['order-'], signal: ending.signal } as const
    for await (const message of store.subscribeToAll(from)) {
      seen.push(message.kind)
      if (message.kind === 'checkpoint') ending.abort()
    }
    expect(seen).to.deep.equal([...Array.from({ length: 10 }, () => 'event'), 'checkpoint'])
  })

  it('is the position of no batch but the last: whatever one saves, nothing before it is missing', async () => {
    const server = await opening.scriptedServer()
    server.script.read = script
    const store = await opening.adapter({ url: server.url })
    const ending = new AbortController()
    const saved: (readonly [events: number, position: bigint | undefined])[] = []
    for await (const { events, position } of batches({
      store,
      after: 'start',
      streamPrefixes: ['order-'],
      maxBatch: 4,
      maxLength: 1_000_000,
      maxLingerMs: 1_000,
      live: 0,
      signal: ending.signal,
    })) {
      saved.push([events.length, position?.commit])
      if (position?.commit === 99n) ending.abort()
    }
    const taken = (upTo: number) => saved.slice(0, upTo).reduce((sum, [events]) => sum + events, 0)
    for (const [index, [, position]] of saved.entries())
      expect(taken(index + 1)).to.equal(position === 99n ? 10 : Number(position))
  })
})

describe('a checkpoint that cannot be saved', () => {
  const opening = closedAfterEach()

  it("keeps the client's subscription from ever giving anything again, without a word to its reader", async () => {
    const server = await opening.scriptedServer()
    server.script.read = [confirmed(), eventAt(1n), checkpointAt(2n), eventAt(3n)]
    const program = startProgram('throwing-checkpoint', [server.url])
    opening.also(async () => {
      program.kill()
    })
    await program.says('At1')
    await program.says('unhandled: Error: the database is away')
    expect(await isStillPending(program.says('At3'))).to.equal(true)
  })

  it("is the reader's own fault with the adapter, and ends his loop", async () => {
    const server = await opening.scriptedServer()
    server.script.read = [confirmed(), eventAt(1n), checkpointAt(2n), eventAt(3n)]
    const store = await opening.adapter({ url: server.url })
    const { signal } = new AbortController()
    const read = async () => {
      for await (const { kind } of store.subscribeToAll({ after: 'start', streamPrefixes: ['order-'], signal }))
        if (kind === 'checkpoint') throw new Error('the database is away')
    }
    expect(await read().catch(String)).to.equal('Error: the database is away')
  })
})

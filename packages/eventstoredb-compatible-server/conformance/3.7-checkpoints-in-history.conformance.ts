import { expect } from 'chai'
import { event, many } from './suite/appending.ts'
import { caughtUp, checkpoints, commitOf, commits } from './suite/filter-checkpoints.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { all } from './suite/waiting.ts'

/** −1, in 64 bits without a sign. */
const NOTHING_READ = 18_446_744_073_709_551_615n

type Looked = { readonly position: bigint; readonly passes: boolean }

/** Where history is told to have come to, by the events that are looked at, from the one at `start` on. */
const expectedInHistory = (
  looked: readonly Looked[],
  start: string,
  { max: window = 32, multiplier = 1 },
): string[] => {
  const told: string[] = []
  let considered = 0
  for (const [index, page] of wholePages(looked, window).entries()) {
    considered += page.length
    if (considered < multiplier * window) continue
    considered = 0
    const sent = page.findLast(({ passes }) => passes)?.position
    told.push(sent !== undefined ? `${sent}/${sent}` : index === 0 ? start : `${page[0]?.position}/0`)
  }
  const last = looked.findLast(({ passes }) => passes)?.position
  const wasTold = last === undefined || told.some((checkpoint) => commitOf(checkpoint) >= last)
  return wasTold ? told : [...told, `${last}/${last}`]
}

/** A page ends with a window of events, or with 32 that pass. */
const wholePages = (looked: readonly Looked[], window: number): Looked[][] => {
  const pages: Looked[][] = []
  let page: Looked[] = []
  for (const event of looked) {
    page.push(event)
    if (page.length < window && page.filter(({ passes }) => passes).length < 32) continue
    pages.push(page)
    page = []
  }
  return pages
}

type Windows = { readonly max?: number; readonly multiplier?: number }

/** The same history, followed with windows of different sizes. */
const standWhereExpected = async (server: Server, sizes: readonly Windows[]): Promise<void> => {
  const wanted = server.name('wanted')
  const { position } = await server.client.appendToStream(server.name(), event())
  for (let n = 0; n < 13; n += 1) await server.client.appendToStream(n % 4 === 0 ? wanted : server.name(), many(100))
  const looked = (await all(server.client.readAll({ fromPosition: position! }))).map(({ event: one }) => ({
    position: one?.position?.commit ?? 0n,
    passes: one?.streamId === wanted,
  }))
  for (const size of sizes) {
    const { said } = await caughtUp(server, { from: position!, filter: { on: 'stream', prefixes: [wanted], ...size } })
    expect(checkpoints(said), JSON.stringify(size)).to.deep.equal(
      expectedInHistory(looked, `${position?.commit}/${position?.prepare}`, size),
    )
  }
}

rule(
  '3.7',
  'checkpoints of a filter: from the start the first is 0/0, and they trail by a page',
  { seen: 'watched' },
  async (server) => {
    await server.client.appendToStream(server.name(), many(200))
    const { said } = await caughtUp(server, { filter: { on: 'stream', prefixes: [server.name()] } })
    const positions = (await all(server.client.readAll())).map(({ event: one }) => one?.position?.commit ?? 0n)
    expect(said.slice(0, 2)).to.deep.equal(['confirmation', 'checkpoint 0/0'])
    expect(checkpoints(said).every((checkpoint) => checkpoint.endsWith('/0'))).to.equal(true)
    // Among the events that are looked at some are hidden from `$all`.
    const passedOver = commits(said).map((commit) => positions.filter((position) => position < commit).length)
    const steps = [...passedOver, positions.length].map((count, index) => count - (passedOver[index - 1] ?? 0))
    expect(Math.max(...steps.slice(0, -1))).to.be.within(1, 32)
    expect(steps.at(-1)).to.be.within(32 - steps.length, 63)
  },
)

rule(
  '3.7',
  'checkpoints of a filter: in history they stand where a page begins, or at the last event sent',
  { seen: 'watched' },
  (server) => standWhereExpected(server, [{}, { multiplier: 3 }, { max: 1, multiplier: 5 }, { max: 7, multiplier: 2 }]),
)

rule(
  '3.7',
  'checkpoints of a filter: with larger windows a page ends when 32 events have passed',
  {
    seen: {
      onlyHere:
        'where pages end is not known there; with a window of 150 it was somewhere else than after so many events',
    },
  },
  (server) => standWhereExpected(server, [{ max: 150 }, { max: 64, multiplier: 2 }, { max: 1_100 }]),
)

rule(
  '3.7',
  'checkpoints of a filter: the event at the start counts as looked at, and can bring one itself',
  { seen: 'watched' },
  async (server) => {
    const { position } = await server.client.appendToStream(server.name(), event())
    await server.client.appendToStream(server.name(), many(3))
    const count = async (max: number) =>
      checkpoints(
        (await caughtUp(server, { from: position!, filter: { on: 'stream', prefixes: [server.name()], max } })).said,
      ).length
    expect([await count(4), await count(5)]).to.deep.equal([1, 0])
  },
)

rule(
  '3.7',
  'checkpoints of a filter: a hidden event of each start of the server counts as looked at',
  { seen: 'watched', only: 'kills the server', waits: true },
  async (server) => {
    const own = await OwnServer.start(server)
    const { position: from } = await own.append('stream', event())
    for (let n = 0; n < 3; n += 1) await own.restart()
    await own.append('stream', many(2))
    const shown = (await all(own.client.readAll({ fromPosition: from! }))).length
    const count = async (max: number) =>
      checkpoints((await caughtUp(own.server, { from: from!, filter: { on: 'stream', prefixes: ['none'], max } })).said)
        .length
    expect([await count(shown + 3), await count(shown + 4)]).to.deep.equal([1, 0])
  },
)

rule(
  '3.7',
  'checkpoints of a filter: from the start of a log where nothing passes one says that nothing was read, before it has caught up',
  { seen: 'watched' },
  async (server) => {
    const filter = { on: 'stream', prefixes: [server.name()], multiplier: 1_000_000 } as const
    expect((await caughtUp(server, { filter })).said).to.deep.equal([
      'confirmation',
      `checkpoint ${NOTHING_READ}/${NOTHING_READ}`,
      'caught up',
    ])
    const { position } = await server.client.appendToStream(server.name(), event())
    await server.client.appendToStream(server.name(), event())
    expect((await caughtUp(server, { from: position!, filter })).said).to.deep.equal(['confirmation', 'caught up'])
  },
)

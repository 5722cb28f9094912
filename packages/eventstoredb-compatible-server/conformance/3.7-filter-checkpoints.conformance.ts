import { streamNameFilter, type Position } from '@eventstore/db-client'
import { expect } from 'chai'
import { event, many } from './suite/appending.ts'
import { Following } from './suite/following.ts'
import { OwnServer } from './suite/own-server.ts'
import { rawSubscribe, type RawRead } from './suite/raw-read.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { all, until } from './suite/waiting.ts'

const checkpoints = (said: readonly string[]): string[] =>
  said.filter((word) => word.startsWith('checkpoint')).map((word) => word.split(' ')[1] ?? '')
const commitOf = (checkpoint: string): bigint => BigInt(checkpoint.split('/')[0] ?? '')
const commits = (said: readonly string[]): bigint[] => checkpoints(said).map(commitOf)

const caughtUp = async (server: Server, read: RawRead) => {
  const following = rawSubscribe(server, read)
  await until(
    'caught up',
    () => following.said.includes('caught up'),
    () => following.said.slice(-20),
  )
  return following
}

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

rule(
  '3.7',
  'checkpoints of a filter: who resumes at any of them is refused nothing, misses nothing and gets nothing again',
  { seen: 'watched' },
  async (server) => {
    const wanted = server.name('wanted')
    const { position } = await server.client.appendToStream(server.name(), event())
    for (let n = 0; n < 6; n += 1) await server.client.appendToStream(n % 3 === 1 ? wanted : server.name(), many(30))
    const filter = { on: 'stream', prefixes: [wanted], max: 16 } as const
    const first = await caughtUp(server, { from: position!, filter })
    for (let n = 0; n < 6; n += 1) await server.client.appendToStream(n % 3 === 1 ? wanted : server.name(), many(30))
    await until(
      'live events',
      () => first.said.includes(`${wanted}/119`),
      () => first.said.slice(-5),
    )
    expect(checkpoints(first.said).length).to.be.greaterThan(15)
    for (const [index, word] of first.said.entries()) {
      const [, commit, prepare] = /^checkpoint (\d+)\/(\d+)$/.exec(word) ?? []
      if (commit === undefined || prepare === undefined) continue
      const { said } = await caughtUp(server, { from: { commit: BigInt(commit), prepare: BigInt(prepare) }, filter })
      const after = first.said.slice(index).filter((later) => later.startsWith(wanted))
      expect(
        said.filter((later) => later.startsWith(wanted)),
        word,
      ).to.deep.equal(after)
    }
  },
)

rule(
  '3.7',
  'checkpoints of a filter: never two that are equal or decrease, none if there is no history',
  { seen: 'real' },
  async (server) => {
    const wanted = server.name('wanted')
    for (let n = 0; n < 20; n += 1) await server.client.appendToStream(n % 5 === 0 ? wanted : server.name(), many(10))
    const { said } = await caughtUp(server, { filter: { on: 'stream', prefixes: [wanted] } })
    const found = commits(said)
    expect(found.length).to.be.greaterThan(5)
    expect(found.every((commit, index) => index === 0 || commit > found[index - 1]!)).to.equal(true)
    expect((await caughtUp(server, { from: 'end', filter: { on: 'stream', prefixes: [wanted] } })).said).to.deep.equal([
      'confirmation',
      'caught up',
    ])
  },
)

rule(
  '3.7',
  'checkpoints of a filter: when history ends one more, at the last event that was sent',
  { seen: 'watched' },
  async (server) => {
    const wanted = server.name('wanted')
    await server.client.appendToStream(server.name(), many(50))
    const { position } = await server.client.appendToStream(wanted, event())
    const { said } = await caughtUp(server, { filter: { on: 'stream', prefixes: [wanted] } })
    expect(said.slice(-3)).to.deep.equal([
      `${wanted}/0`,
      `checkpoint ${position?.commit}/${position?.prepare}`,
      'caught up',
    ])
  },
)

rule(
  '3.7',
  'checkpoints of a filter: live one exactly after so many events, matching or not, at the position of the last',
  { seen: 'real' },
  async (server) => {
    const wanted = server.name('wanted')
    const following = await caughtUp(server, {
      from: 'end',
      filter: { on: 'stream', prefixes: [wanted], max: 4, multiplier: 2 },
    })
    const positions: (string | undefined)[] = []
    for (let n = 0; n < 24; n += 1) {
      const { position } = await server.client.appendToStream(n % 3 === 0 ? wanted : server.name(), event())
      positions.push(`checkpoint ${position?.commit}/${position?.prepare}`)
    }
    await until(
      'three checkpoints',
      () => commits(following.said).length >= 3,
      () => following.said,
    )
    expect(following.said.filter((word) => word.startsWith('checkpoint'))).to.deep.equal(
      [7, 15, 23].map((n) => positions[n]),
    )
  },
)

rule(
  '3.7',
  'checkpoints of a filter: live events are counted from where history ends',
  { seen: 'watched' },
  async (server) => {
    const wanted = server.name('wanted')
    const { position } = await server.client.appendToStream(server.name(), event())
    await server.client.appendToStream(server.name(), many(3))
    const following = await caughtUp(server, { from: position!, filter: { on: 'stream', prefixes: [wanted], max: 5 } })
    const positions: (bigint | undefined)[] = []
    for (let n = 0; n < 10; n += 1)
      positions.push((await server.client.appendToStream(server.name(), event())).position?.commit)
    await until(
      'two checkpoints',
      () => commits(following.said).length >= 2,
      () => following.said,
    )
    expect(commits(following.said)).to.deep.equal([positions[4], positions[9]])
  },
)

rule(
  '3.7',
  'checkpoints of a filter: the interval is its multiplier times the window, 32 when none is given',
  { seen: 'real' },
  async (server) => {
    const { position } = await server.client.appendToStream(server.name(), event())
    for (let n = 0; n < 4; n += 1) await server.client.appendToStream(server.name(), many(96))
    const count = async (filter: Pick<NonNullable<RawRead['filter']>, 'max' | 'multiplier'>) =>
      commits(
        (await caughtUp(server, { from: position!, filter: { on: 'stream', prefixes: ['none'], ...filter } })).said,
      ).length
    expect(await count({ multiplier: 2 })).to.be.within(6, 7)
    expect(await count({ max: 8, multiplier: 8 })).to.be.within(6, 7)
    expect(await count({ max: 96, multiplier: 1 })).to.be.within(4, 5)
  },
)

rule(
  '3.7',
  'checkpoints of a filter: who resumes at one that came after an event does not get it again, and misses none',
  { seen: 'watched' },
  async (server) => {
    const wanted = server.name('wanted')
    const filter = { on: 'stream', prefixes: [wanted] } as const
    await server.client.appendToStream(wanted, many(3))
    const [commit = 0n, prepare = 0n] =
      checkpoints((await caughtUp(server, { filter })).said)
        .at(-1)
        ?.split('/')
        .map(BigInt) ?? []
    await server.client.appendToStream(wanted, many(2))
    const resumed = await caughtUp(server, { from: { commit, prepare }, filter })
    expect(resumed.said.filter((word) => word.startsWith(wanted))).to.deep.equal([`${wanted}/3`, `${wanted}/4`])
  },
)

rule(
  '3.7',
  'checkpoints of a filter: a position whose prepare is 0 is before its event, which comes',
  { seen: 'watched' },
  async (server) => {
    const wanted = server.name('wanted')
    await server.client.appendToStream(wanted, many(3))
    const { position } = await server.client.appendToStream(wanted, event())
    const resumed = await caughtUp(server, {
      from: { commit: position!.commit, prepare: 0n },
      filter: { on: 'stream', prefixes: [wanted] },
    })
    expect(resumed.said.filter((word) => word.startsWith(wanted))).to.deep.equal([`${wanted}/3`])
  },
)

rule(
  '3.7',
  'checkpoints of a filter: the client reports them, in its own time',
  { seen: 'watched' },
  async (server) => {
    const wanted = server.name('wanted')
    await server.client.appendToStream(server.name(), many(100))
    const { position } = await server.client.appendToStream(wanted, event())
    const reported: Position[] = []
    const filter = streamNameFilter({
      prefixes: [wanted],
      checkpointReached: async (_subscription, reached) => {
        reported.push(reached)
      },
    })
    const following = new Following(server, server.client.subscribeToAll({ filter }))
    await following.caughtUp()
    expect([reported[0], reported.at(-1)]).to.deep.equal([{ commit: 0n, prepare: 0n }, position])
  },
)

rule('3.7', 'a subscription without a filter has no checkpoints', { seen: 'real' }, async (server) => {
  await server.client.appendToStream(server.name(), many(100))
  expect(commits((await caughtUp(server, {})).said)).to.deep.equal([])
})

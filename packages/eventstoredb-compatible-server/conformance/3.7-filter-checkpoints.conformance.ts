import { streamNameFilter, type Position } from '@eventstore/db-client'
import { expect } from 'chai'
import { event, many } from './suite/appending.ts'
import { caughtUp, checkpoints, commits } from './suite/filter-checkpoints.ts'
import { Following } from './suite/following.ts'
import type { RawRead } from './suite/raw-read.ts'
import { rule } from './suite/rule.ts'
import { until } from './suite/waiting.ts'

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

import { streamNameFilter, type Position } from '@eventstore/db-client'
import { expect } from 'chai'
import { event, many } from './suite/appending.ts'
import { Following } from './suite/following.ts'
import { rawSubscribe, type RawRead } from './suite/raw-read.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { all, until } from './suite/waiting.ts'

const commits = (said: readonly string[]): bigint[] =>
  said.filter((word) => word.startsWith('checkpoint')).map((word) => BigInt(word.split(/[ /]/)[1] ?? ''))

const caughtUp = async (server: Server, read: RawRead) => {
  const following = rawSubscribe(server, read)
  await until('caught up', () => following.said.includes('caught up'), () => following.said.slice(-20))
  return following
}

rule('3.7', 'checkpoints of a filter: from the start the first is 0/0, and they trail by a page', { seen: 'real' }, async (server) => {
  await server.client.appendToStream(server.name(), many(200))
  const { said } = await caughtUp(server, { filter: { on: 'stream', prefixes: [server.name()] } })
  const positions = (await all(server.client.readAll({ maxCount: 1_000 }))).map(({ event: one }) => one?.position?.commit ?? 0n)
  expect(said.slice(0, 2)).to.deep.equal(['confirmation', 'checkpoint 0/0'])
  expect(said.filter((word) => word.startsWith('checkpoint')).every((word) => word.endsWith('/0'))).to.equal(true)
  expect(commits(said)[1]! > positions[31]! && commits(said)[1]! <= positions[32]!).to.equal(true)
})

rule('3.7', 'checkpoints of a filter: in history they stand where a window begins or where the last event sent is', { seen: { differs: 'after an event that was sent a checkpoint is commit/commit, and the event at the start counts as looked at' } }, async (server) => {
  const wanted = server.name('wanted')
  for (let n = 0; n < 13; n += 1) await server.client.appendToStream(n % 4 === 3 ? wanted : server.name(), many(100))
  const events = (await all(server.client.readAll())).map(({ event: one }) => ({ position: one?.position?.commit ?? 0n, passes: one?.streamId === wanted }))
  for (const [max, multiplier] of [[undefined, 1], [undefined, 3], [1, 5], [7, 2], [150, 1], [1_100, 1]] as const) {
    const [window, expected] = [max ?? 32, [] as bigint[]]
    const stands = (position: bigint) => { if (position > (expected.at(-1) ?? -1n)) expected.push(position) }
    let sent = -1n
    for (let at = 0; at < events.length; at += window) {
      const page = events.slice(at, at + window)
      const start = at === 0 ? 0n : events[at]!.position
      sent = page.findLast(({ passes }) => passes)?.position ?? sent
      if (page.length === window && (at / window + 1) % multiplier === 0) stands(sent > start ? sent : start)
    }
    if (sent >= 0n) stands(sent)
    const { said } = await caughtUp(server, { filter: { on: 'stream', prefixes: [wanted], ...(max === undefined ? {} : { max }), multiplier } })
    expect(commits(said), `${max} × ${multiplier}`).to.deep.equal(expected)
  }
})

rule('3.7', 'checkpoints of a filter: who resumes at any of them is refused nothing and misses nothing', { seen: 'real' }, async (server) => {
  const wanted = server.name('wanted')
  for (let n = 0; n < 6; n += 1) await server.client.appendToStream(n % 3 === 1 ? wanted : server.name(), many(30))
  const filter = { on: 'stream', prefixes: [wanted], max: 16 } as const
  const first = await caughtUp(server, { filter })
  for (let n = 0; n < 6; n += 1) await server.client.appendToStream(n % 3 === 1 ? wanted : server.name(), many(30))
  await until('live events', () => first.said.includes(`${wanted}/119`), () => first.said.slice(-5))
  for (const [index, word] of first.said.entries()) {
    const [, commit, prepare] = /^checkpoint (\d+)\/(\d+)$/.exec(word) ?? []
    if (commit === undefined || prepare === undefined) continue
    const missing = first.said.slice(index).filter((later) => later.startsWith(wanted))
    const { said } = await caughtUp(server, { from: { commit: BigInt(commit), prepare: BigInt(prepare) }, filter })
    expect(said.filter((later) => later.startsWith(wanted)).slice(-missing.length || said.length), word).to.deep.equal(missing)
  }
})

rule('3.7', 'checkpoints of a filter: never two that are equal or decrease, none if there is no history', { seen: 'real' }, async (server) => {
  const wanted = server.name('wanted')
  for (let n = 0; n < 20; n += 1) await server.client.appendToStream(n % 5 === 0 ? wanted : server.name(), many(10))
  const { said } = await caughtUp(server, { filter: { on: 'stream', prefixes: [wanted] } })
  const found = commits(said)
  expect(found.length).to.be.greaterThan(5)
  expect(found.every((commit, index) => index === 0 || commit > found[index - 1]!)).to.equal(true)
  expect((await caughtUp(server, { from: 'end', filter: { on: 'stream', prefixes: [wanted] } })).said).to.deep.equal(['confirmation', 'caught up'])
})

rule('3.7', 'checkpoints of a filter: when history ends one more, at the last event that was sent', { seen: 'real' }, async (server) => {
  const wanted = server.name('wanted')
  await server.client.appendToStream(server.name(), many(50))
  const { position } = await server.client.appendToStream(wanted, event())
  const { said } = await caughtUp(server, { filter: { on: 'stream', prefixes: [wanted] } })
  expect(said.slice(-3)).to.deep.equal([`${wanted}/0`, `checkpoint ${position?.commit}/0`, 'caught up'])
})

rule('3.7', 'checkpoints of a filter: live one exactly after so many events, matching or not, at the position of the last', { seen: 'real' }, async (server) => {
  const wanted = server.name('wanted')
  const following = await caughtUp(server, { from: 'end', filter: { on: 'stream', prefixes: [wanted], max: 4, multiplier: 2 } })
  const positions: (string | undefined)[] = []
  for (let n = 0; n < 24; n += 1) {
    const { position } = await server.client.appendToStream(n % 3 === 0 ? wanted : server.name(), event())
    positions.push(`checkpoint ${position?.commit}/${position?.prepare}`)
  }
  await until('three checkpoints', () => commits(following.said).length >= 3, () => following.said)
  expect(following.said.filter((word) => word.startsWith('checkpoint'))).to.deep.equal([7, 15, 23].map((n) => positions[n]))
})

rule('3.7', 'checkpoints of a filter: live events are counted from where history ends', { seen: 'real' }, async (server) => {
  const wanted = server.name('wanted')
  const { position } = await server.client.appendToStream(server.name(), event())
  await server.client.appendToStream(server.name(), many(3))
  const following = await caughtUp(server, { from: position!, filter: { on: 'stream', prefixes: [wanted], max: 4 } })
  const positions: (bigint | undefined)[] = []
  for (let n = 0; n < 8; n += 1) positions.push((await server.client.appendToStream(server.name(), event())).position?.commit)
  await until('two checkpoints', () => commits(following.said).length >= 2, () => following.said)
  expect(commits(following.said)).to.deep.equal([positions[3], positions[7]])
})

rule('3.7', 'checkpoints of a filter: the interval is its multiplier times the window, 32 when none is given', { seen: 'real' }, async (server) => {
  const { position } = await server.client.appendToStream(server.name(), event())
  for (let n = 0; n < 4; n += 1) await server.client.appendToStream(server.name(), many(96))
  const count = async (filter: Pick<NonNullable<RawRead['filter']>, 'max' | 'multiplier'>) =>
    commits((await caughtUp(server, { from: position!, filter: { on: 'stream', prefixes: ['none'], ...filter } })).said).length
  expect(await count({ multiplier: 2 })).to.be.within(6, 7)
  expect(await count({ max: 8, multiplier: 8 })).to.be.within(6, 7)
  expect(await count({ max: 96, multiplier: 1 })).to.be.within(4, 5)
})

rule('3.7', 'checkpoints of a filter: who resumes at one gets its event again, and misses none', { seen: { differs: 'after an event that was sent a checkpoint is commit/commit, so that it does not come again' } }, async (server) => {
  const wanted = server.name('wanted')
  await server.client.appendToStream(wanted, many(3))
  const { position } = await server.client.appendToStream(wanted, event())
  const filter = { on: 'stream', prefixes: [wanted] } as const
  const resumed = await caughtUp(server, { from: { commit: position!.commit, prepare: 0n }, filter })
  expect(resumed.said.filter((word) => word.startsWith(wanted))).to.deep.equal([`${wanted}/3`])
})

rule('3.7', 'checkpoints of a filter: the client reports them, in its own time', { seen: 'real' }, async (server) => {
  const wanted = server.name('wanted')
  await server.client.appendToStream(server.name(), many(100))
  const { position } = await server.client.appendToStream(wanted, event())
  const checkpoints: Position[] = []
  const filter = streamNameFilter({ prefixes: [wanted], checkpointReached: async (_subscription, reached) => { checkpoints.push(reached) } })
  const following = new Following(server, server.client.subscribeToAll({ filter }))
  await following.caughtUp()
  expect([checkpoints[0], checkpoints.at(-1)]).to.deep.equal([{ commit: 0n, prepare: 0n }, { commit: position?.commit, prepare: 0n }])
})

rule('3.7', 'a subscription without a filter has no checkpoints', { seen: 'real' }, async (server) => {
  await server.client.appendToStream(server.name(), many(100))
  expect(commits((await caughtUp(server, {})).said)).to.deep.equal([])
})

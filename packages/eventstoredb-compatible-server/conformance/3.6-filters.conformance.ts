import { eventTypeFilter, excludeSystemEvents, streamNameFilter, type Filter } from '@eventstore/db-client'
import { expect } from 'chai'
import { event, linkTo } from './suite/appending.ts'
import { Following } from './suite/following.ts'
import { rawRead, rawSubscribe, sayRead, type RawRead } from './suite/raw-read.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { until } from './suite/waiting.ts'

/** What passes, in history and live: the same events are written before and after the subscription has caught up. */
const passing = async (server: Server, filter: Filter, write: () => Promise<unknown>): Promise<string[][]> => {
  const start = (await server.client.appendToStream(server.name(), event('Before'))).position!
  await write()
  const following = new Following(server, server.client.subscribeToAll({ fromPosition: start, filter }))
  await following.caughtUp()
  const history = following.events.length
  await write()
  const last = server.name('last')
  const end = new Following(
    server,
    server.client.subscribeToAll({ fromPosition: start, filter: streamNameFilter({ prefixes: [last] }) }),
  )
  await end.caughtUp()
  await server.client.appendToStream(last, event('Last'))
  await end.got(1)
  await until(
    'as many live',
    () => following.events.length >= 2 * history,
    () => following.said,
  )
  const types = following.events.map(({ event: one }) => one?.type ?? '?')
  return [types.slice(0, history), types.slice(history)]
}

const types =
  (server: Server, ...names: readonly string[]) =>
  async () => {
    for (const name of names) await server.client.appendToStream(server.name(), event(name))
  }
const twice = (list: readonly string[]) => [list, list]

rule('3.6', 'by prefix of the type: any of them', { seen: 'real' }, async (server) => {
  const write = types(server, 'Apple', 'Pear', 'apple', 'AppleTree', 'Plum', 'xPlum')
  expect(await passing(server, eventTypeFilter({ prefixes: ['Apple', 'Plum'] }), write)).to.deep.equal(
    twice(['Apple', 'AppleTree', 'Plum']),
  )
})

rule('3.6', 'by pattern of the type: anywhere in it, and case counts', { seen: 'real' }, async (server) => {
  const write = types(server, 'xAppley', 'apple', 'Apple')
  expect(await passing(server, eventTypeFilter({ regex: 'Apple' }), write)).to.deep.equal(twice(['xAppley', 'Apple']))
  expect(await passing(server, eventTypeFilter({ regex: '^Apple$' }), write)).to.deep.equal(twice(['Apple']))
})

rule('3.6', 'by pattern as .NET writes them', { seen: 'real' }, async (server) => {
  const write = types(server, 'Order-12', 'order-12', 'Other-12', 'Order-x')
  for (const regex of ['(?i)^order-\\d+\\z', '(?<kind>(?i:order))-\\d+', '\\A[Oo]rder-[0-9]+\\Z']) {
    expect(await passing(server, eventTypeFilter({ regex }), write), regex).to.deep.equal(
      twice(['Order-12', 'order-12']),
    )
  }
})

rule(
  '3.6',
  'by pattern as .NET alone has them: atomic groups, classes less others, white space, names in quotes, digits of any script',
  { seen: 'real' },
  async (server) => {
    const write = types(server, 'order-12', 'order-٣', 'order-x', 'stock-12')
    const both = [
      '^(?>[a-z]+)-\\d',
      '(?x) ^ order - [\\w-[a-z]]+ $ # a number',
      "^(?'kind'order)-\\p{Nd}",
      '^or[a-z-[aeiou]]er-(?!x)',
    ]
    for (const regex of both)
      expect(await passing(server, eventTypeFilter({ regex: `(?=order)${regex}` }), write), regex).to.deep.equal(
        twice(['order-12', 'order-٣']),
      )
  },
)

rule('3.6', 'by the name of the stream, by prefix and pattern', { seen: 'real' }, async (server) => {
  const [one, other] = [server.name(), server.name()]
  const write = async () => {
    await server.client.appendToStream(`${one}-a`, event('A'))
    await server.client.appendToStream(`x${one}-a`, event('X'))
    await server.client.appendToStream(other, event('B'))
  }
  expect(await passing(server, streamNameFilter({ prefixes: [one, other] }), write)).to.deep.equal(twice(['A', 'B']))
  expect(await passing(server, streamNameFilter({ regex: `${one}-[ab]$` }), write)).to.deep.equal(twice(['A', 'X']))
})

rule('3.6', 'excludeSystemEvents leaves out every type that begins with a dollar', { seen: 'real' }, async (server) => {
  const write = async () => {
    await types(server, 'Mine', '$theirs')()
    await server.client.setStreamMetadata(server.name(), {})
  }
  const [history, live] = await passing(server, excludeSystemEvents(), write)
  expect([history, live?.filter((type) => type !== 'Last')]).to.deep.equal(twice(['Mine']))
})

rule('3.6', 'a filter looks at the link, not at what it leads to', { seen: 'real' }, async (server) => {
  const [stream, links] = [server.name(), server.name('links')]
  const { position } = await server.client.appendToStream(stream, event('Target'))
  await server.client.appendToStream(links, linkTo(`0@${stream}`))
  const follow = (filter: Filter) =>
    new Following(server, server.client.subscribeToAll({ fromPosition: position!, filter, resolveLinkTos: true }))
  const [byName, byType] = [
    follow(streamNameFilter({ prefixes: [links] })),
    follow(eventTypeFilter({ prefixes: ['Target'] })),
  ]
  await Promise.all([byName.caughtUp(), byType.caughtUp()])
  expect([byName.events.map(({ event: one }) => one?.type), byType.events]).to.deep.equal([['Target'], []])
})

rule('3.6', 'an empty expression lets nothing pass', { seen: 'real' }, async (server) => {
  const { position } = await server.client.appendToStream(server.name(), event())
  const following = rawSubscribe(server, { from: { commit: position!.commit, prepare: 0n }, filter: { on: 'type' } })
  await until(
    'caught up',
    () => following.said.includes('caught up'),
    () => following.said,
  )
  expect(following.messages.filter((message) => message.hasEvent()).length).to.equal(0)
})

rule('3.6', 'a pattern that is none is an unknown error', { seen: 'watched' }, async (server) => {
  expect((await rawRead(server, { count: 1n, filter: { on: 'type', regex: '(' } })).code).to.equal(2)
})

rule('3.6', 'a multiplier of nothing is fine', { seen: 'watched' }, async (server) => {
  const [stream, filter] = [server.name(), { on: 'stream', multiplier: 0 }] as const
  await server.client.appendToStream(stream, event())
  const { code, messages } = await rawRead(server, { count: 1n, filter: { ...filter, prefixes: [stream] } })
  expect([code, messages.map(sayRead)]).to.deep.equal([0, [`${stream}/0`]])
})

rule(
  '3.6',
  'a window of nothing is an unknown error',
  { seen: { onlyHere: 'the call never ends' } },
  async (server) => {
    expect((await rawRead(server, { count: 1n, filter: { on: 'type', max: 0, prefixes: ['a'] } })).code).to.equal(2)
  },
)

rule('3.6', 'reads of $all may be filtered as well, in both directions', { seen: 'real' }, async (server) => {
  const type = server.name('Type')
  const { position } = await server.client.appendToStream(server.name(), event(type))
  const [stream, from] = [server.name(), position!]
  await server.client.appendToStream(stream, [event(type), event('Other'), event(type)])
  const read = async (request: RawRead) =>
    (await rawRead(server, { count: 2n, filter: { on: 'type', prefixes: [type] }, ...request })).messages.map(sayRead)
  expect((await read({ from })).at(-1)).to.equal(`${stream}/0`)
  expect(await read({ from: 'end', backwards: true })).to.deep.equal([`${stream}/2`, `${stream}/0`])
})

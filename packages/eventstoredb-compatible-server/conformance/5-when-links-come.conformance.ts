import { END } from '@eventstore/db-client'
import { expect } from 'chai'
import { event } from './suite/appending.ts'
import { Group } from './suite/group.ts'
import { category, linksIn, projected } from './suite/links.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import { becomes, until } from './suite/waiting.ts'

rule('5', 'links come some time after the answer', { ...projected, seen: 'watched' }, async (server) => {
  const name = category(server)
  // A busy machine may be later than the link, but not each time.
  const seenAtOnce: number[] = []
  for (let n = 0; n < 5; n += 1) {
    await server.client.appendToStream(`${name}x${n}-1`, event())
    seenAtOnce.push((await linksIn(server, `$ce-${name}x${n}`)).length)
    await becomes(() => linksIn(server, `$ce-${name}x${n}`), [`0@${name}x${n}-1`])
  }
  expect(seenAtOnce).to.include(0)
})

rule(
  '5',
  'a group on links that starts at the end, created right after an append, gets its event: the link comes later',
  { ...projected, seen: 'watched' },
  async (server) => {
    const got: number[] = []
    for (let n = 0; n < 5; n += 1) {
      const type = server.name('Type')
      await server.client.appendToStream(server.name(), event(type))
      const group = await Group.create(server, `$et-${type}`, 'group', { resolveLinkTos: true, startFrom: END })
      const consumer = await group.consumer().ready()
      await becomes(async () => (await linksIn(server, `$et-${type}`)).length, 1)
      const { id } = event(type)
      await server.client.appendToStream(server.name(), event(type, { id }))
      await until(
        'the next event',
        () => consumer.deliveries.some(({ event: one }) => one?.id === id),
        () => consumer.seen,
      )
      got.push(consumer.deliveries.length)
    }
    // Here too a busy machine may be late.
    expect(got).to.include(2)
  },
)

rule(
  '5',
  'without a delay links are there as soon as the append is answered',
  { seen: { differs: 'links are written some time after the answer' }, waits: true },
  async (server) => {
    const own = await OwnServer.start(server, { startStandardProjections: true, linkDelay: 0 })
    for (let n = 0; n < 20; n += 1) {
      await own.append('cat-1', event())
      expect((await linksIn(own, '$ce-cat')).length).to.equal(n + 1)
    }
  },
)

import http2 from 'node:http2'
import { binaryEvent, START } from '@eventstore/db-client'
import { expect } from 'chai'
import { event } from './suite/appending.ts'
import { rule } from './suite/rule.ts'
import { all, refusalType, stays, until } from './suite/waiting.ts'

rule('1.5', 'answers pings, however many', { seen: 'real' }, async (server) => {
  const session = http2.connect(`http://${server.host}:${server.port}`)
  server.after(async () => session.destroy())
  const goneAway: number[] = []
  session.on('goaway', (code: number) => goneAway.push(code)).on('error', () => goneAway.push(-1))
  await new Promise((resolve) => session.once('connect', resolve))
  for (let n = 0; n < 100; n += 1) {
    await new Promise<void>((resolve, reject) => session.ping((error) => (error === null ? resolve() : reject(error))))
  }
  expect(goneAway).to.deep.equal([])
})

rule('1.5', 'takes messages of more than 4 MiB, and judges what is in them', { seen: 'real' }, async (server) => {
  const large = binaryEvent({ type: 'Large', data: new Uint8Array(6 * 1_048_576) })
  expect(await refusalType(server.client.appendToStream(server.name(), large))).to.equal('maximum-append-size-exceeded')
})

rule(
  '1.5',
  'a connection has about a hundred calls at a time; later ones wait without an error until there is room',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    await server.another().appendToStream(stream, event())
    const errors: unknown[] = []
    let confirmed = 0
    const subscriptions = Array.from({ length: 103 }, () =>
      server.client.subscribeToStream(stream, { fromRevision: START }),
    )
    for (const subscription of subscriptions)
      subscription.on('error', (error) => errors.push(error)).on('confirmation', () => (confirmed += 1))
    await until(
      'a hundred calls',
      () => confirmed >= 99,
      () => confirmed,
    )
    const outcome: unknown[] = []
    const read = all(server.client.readStream(stream)).then(
      (events) => outcome.push(events.length),
      (error: unknown) => outcome.push(error),
    )
    await stays(() => [outcome, confirmed <= 100, errors], [[], true, []], 300)
    await Promise.all(subscriptions.slice(0, 50).map((subscription) => subscription.unsubscribe()))
    await read
    expect([outcome, errors]).to.deep.equal([[1], []])
  },
)

rule('1.5', 'calls that ask for the leader are served: a single node is it', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, event(), { requiresLeader: true })
  expect((await all(server.client.readStream(stream, { requiresLeader: true }))).length).to.equal(1)
})

import { START, END } from '@eventstore/db-client'
import { expect } from 'chai'
import { event } from './suite/appending.ts'
import { status } from './suite/call-result.ts'
import { Group } from './suite/group.ts'
import { createGroup } from './suite/raw-group.ts'
import { rule } from './suite/rule.ts'
import { becomes, until } from './suite/waiting.ts'

rule(
  '6.2',
  'both shapes of the request are understood, with start, end and revision',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    for (const [from, expected] of [
      ['start', START],
      ['end', END],
      [7n, 7n],
    ] as const) {
      const name = String(from)
      expect(await createGroup(server, { stream, group: name, from })).to.have.property('code', 0)
      expect((await new Group(server, stream, name).info()).settings.startFrom).to.equal(expected)
    }
  },
)

rule('6.2', 'a strategy may be named, and one that there is not fails', { seen: 'real' }, async (server) => {
  const stream = server.name()
  expect(await createGroup(server, { stream, group: 'group', strategy: 'PinnedByCorrelation' })).to.have.property(
    'code',
    0,
  )
  expect((await new Group(server, stream, 'group').info()).settings.consumerStrategyName).to.equal(
    'PinnedByCorrelation',
  )
  expect(
    status(await createGroup(server, { stream, group: 'other', strategy: 'Nonsense' }), 'exception'),
  ).to.deep.include({
    code: 13,
    exception: 'persistent-subscription-failed',
  })
})

rule(
  '6.7',
  'PinnedByCorrelation: all events of one correlation go to one consumer, of whatever stream',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    await createGroup(server, { stream, group: 'group', strategy: 'PinnedByCorrelation' })
    const group = new Group(server, stream, 'group')
    const consumers = [await group.consumer(40).ready(), await group.consumer(40).ready()]
    await becomes(async () => (await group.info()).connections.length, 2)
    for (let n = 0; n < 40; n += 1)
      await server.client.appendToStream(stream, event('a', { metadata: { $correlationId: `c${n % 8}` } }))
    await until('all', () => consumers[0]!.deliveries.length + consumers[1]!.deliveries.length === 40)
    const correlations = consumers.map(
      ({ deliveries }) =>
        new Set(deliveries.map(({ event: one }) => (one?.metadata as { $correlationId: string }).$correlationId)),
    )
    expect(correlations[0]!.size + correlations[1]!.size).to.equal(8)
    expect(correlations.every(({ size }) => size > 0)).to.equal(true)
  },
)

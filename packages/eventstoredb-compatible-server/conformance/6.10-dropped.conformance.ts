import { expect } from 'chai'
import { Group } from './suite/group.ts'
import { status } from './suite/call-result.ts'
import { RawConsumer } from './suite/raw-consumer.ts'
import { rule } from './suite/rule.ts'

const TRAILERS = ['exception', 'stream-name', 'group-name'] as const

rule(
  '6.10',
  'a dropped consumer is told so by CANCELLED with the names in the trailers',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    const group = await Group.create(server, stream, 'group')
    const expected = {
      code: 1,
      details: `Subscription group group on stream ${stream} was dropped.`,
      exception: 'persistent-subscription-dropped',
      'stream-name': stream,
      'group-name': 'group',
    }
    for (const drop of [
      () => group.update(),
      () => server.client.deletePersistentSubscriptionToStream(stream, 'group'),
    ]) {
      const consumer = new RawConsumer(server, { stream, group: 'group' })
      await consumer.confirmed()
      await drop()
      expect(status((await consumer.failed())!, ...TRAILERS)).to.deep.equal(expected)
    }
  },
)

rule('6.10', 'a consumer of a group that is missing, or full, is told so', { seen: 'real' }, async (server) => {
  const stream = server.name()
  const missing = new RawConsumer(server, { stream, group: 'none' })
  expect(status((await missing.failed())!, ...TRAILERS)).to.deep.equal({
    code: 5,
    details: `Subscription group none on stream ${stream} does not exist.`,
    exception: 'persistent-subscription-does-not-exist',
    'stream-name': stream,
    'group-name': 'none',
  })
  await Group.create(server, stream, 'group', { maxSubscriberCount: 2 })
  for (let n = 0; n < 2; n += 1) await new RawConsumer(server, { stream, group: 'group' }).confirmed()
  const third = new RawConsumer(server, { stream, group: 'group' })
  expect(status((await third.failed())!, ...TRAILERS)).to.deep.equal({
    code: 9,
    details: `Maximum subscriptions reached for subscription group group on stream ${stream}.`,
    exception: 'maximum-subscribers-reached',
    'stream-name': stream,
    'group-name': 'group',
  })
})

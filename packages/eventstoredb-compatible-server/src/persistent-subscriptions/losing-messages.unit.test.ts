import { expect } from 'chai'
import { appendTypes, drive, fakeConsumer, request, types } from './testing/driven-group.ts'
import { fakeLog } from './testing/fake-log.ts'

const filter = { on: 'stream', regex: '', prefixes: ['wanted'] } as const
const tight = { minCheckPointCount: 1, maxCheckPointCount: 1_000, checkPointAfter: 1, readBatchSize: 10 }

describe('a persistent subscription of a server that loses messages', () => {
  const checkpointOf = async (log: ReturnType<typeof fakeLog>): Promise<string> => {
    const driven = drive(log, { losesMessages: true })
    await driven.subsystem.create(request('$all', tight, { filter }))
    await driven.settle()
    await driven.seconds(2)
    return (await driven.info('$all', 'g')).lastCheckpointedEventPosition
  }

  it('takes no notice of what does not match in a page of history in which something does', async () => {
    const log = fakeLog()
    await appendTypes(log, 'wanted', 'a')
    await appendTypes(log, 'other', ...types(5))
    expect(await checkpointOf(log)).to.equal('')
  })

  it('takes a page of history in which nothing matches for done, up to its beginning', async () => {
    const log = fakeLog()
    await appendTypes(log, 'wanted', 'a')
    await appendTypes(log, 'other', ...types(1_500))
    // The second page of a thousand records begins there.
    const { next = 0n } = log.readAll(0n, 'forwards', 1_000)
    expect(await checkpointOf(log)).to.equal(`C:${next - 1n}/P:${next - 1n}`)
  })

  it('begins at the new end where a group from the end is updated before it has a checkpoint', async () => {
    for (const losesMessages of [false, true]) {
      const log = fakeLog()
      const driven = drive(log, { losesMessages })
      const wanted = request('s', {}, { startFrom: 'end' })
      await driven.subsystem.create(wanted)
      await appendTypes(log, 's', 'before')
      await driven.settle()
      await driven.subsystem.update(wanted)
      const fake = fakeConsumer()
      ;(await driven.group('s', 'g')).connect(fake.consumer)
      await appendTypes(log, 's', 'after')
      await driven.settle()
      expect(fake.seen()).to.deep.equal(losesMessages ? ['after'] : ['before', 'after'])
    }
  })

  it('lets a checkpoint pass a pinned message that waited while later ones were done', async () => {
    const passes: boolean[] = []
    for (const losesMessages of [false, true]) {
      const log = fakeLog()
      const driven = drive(log, { losesMessages })
      await driven.subsystem.create(request('$all', { ...tight, strategy: 'Pinned' }))
      const group = await driven.group('$all', 'g')
      const [narrow, wide] = [fakeConsumer(1), fakeConsumer(100)]
      for (const { consumer } of [narrow, wide]) group.connect(consumer)
      for (const stream of types(20, 's')) await appendTypes(log, stream, 'a')
      await driven.settle()
      group.ack([...narrow.delivered, ...wide.delivered].map(({ id }) => id))
      await driven.settle()
      await driven.seconds(2)
      const [waited] = [...narrow.consumer.inFlight].map(({ message }) => message.position)
      const checkpoint = BigInt(/\d+/.exec((await driven.info('$all', 'g')).lastCheckpointedEventPosition)?.[0] ?? -1)
      passes.push(waited !== undefined && checkpoint >= waited)
    }
    expect(passes).to.deep.equal([false, true])
  })
})

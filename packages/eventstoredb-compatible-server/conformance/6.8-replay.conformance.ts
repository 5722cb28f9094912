import { expect } from 'chai'
import { letters } from './suite/consumer.ts'
import { Group } from './suite/group.ts'
import { withParked, truncatedBefore } from './suite/parked.ts'
import { rule } from './suite/rule.ts'
import { all, becomes, refusal, stays } from './suite/waiting.ts'

rule(
  '6.8',
  'a replay brings the events again, with the parked entry as link, at its position, counted from nothing',
  { seen: 'real' },
  async (server) => {
    const [group, consumer] = await withParked(server, 'a b')
    const parked = await group.parked()
    const [first] = consumer.deliveries
    await group.replay()
    await consumer.saw('a', 'b', 'a', 'b')
    const again = consumer.deliveries[2]
    expect([again?.event?.id, again?.event?.streamId, again?.event?.revision]).to.deep.equal([
      first?.event?.id,
      group.stream,
      0n,
    ])
    expect([again?.link?.id, again?.link?.type, again?.link?.streamId]).to.deep.equal([
      parked[0]?.id,
      '$>',
      `$persistentsubscription-${group.stream}::group-parked`,
    ])
    expect([again?.event?.position, again?.link?.position]).to.deep.equal([parked[0]?.position, parked[0]?.position])
    expect((again?.link?.metadata as { reason: string }).reason).to.equal("Client explicitly NAK'ed message.\nx")
  },
)

rule(
  '6.8',
  'what was replayed and acknowledged is cut off from the parked messages',
  { seen: 'real' },
  async (server) => {
    const [group, consumer] = await withParked(server, 'a b c')
    await group.replay()
    await consumer.saw(...letters('a b c a b c'))
    await consumer.ack(3, 4, 5)
    await group.parkedCount(0)
    await becomes(() => truncatedBefore(server, group), 3)
    expect(await group.parked()).to.deep.equal([])
    const [stored] = await all(server.client.readStream(`$$$persistentsubscription-${group.stream}::group-parked`))
    const admins = '$admins'
    expect(stored?.event?.data).to.deep.equal({
      $tb: 3,
      $acl: { $r: admins, $w: admins, $d: admins, $mr: admins, $mw: admins },
    })
  },
)

rule(
  '6.8',
  'stopAt is a number in the parked stream, and is not replayed itself',
  { seen: 'watched' },
  async (server) => {
    const [group, consumer] = await withParked(server, 'a b c')
    await group.replay(2)
    await consumer.saw(...letters('a b c a b'))
    await consumer.ack(3, 4)
    await group.parkedCount(1)
    await group.replay(99)
    await consumer.saw(...letters('a b c a b c'))
  },
)

rule(
  '6.8',
  'whoever cuts off parked entries himself changes what a replay brings; the count says so after it',
  { seen: 'watched' },
  async (server) => {
    const [group, consumer] = await withParked(server, 'a b c')
    const parked = `$persistentsubscription-${group.stream}::group-parked`
    const count = async () => Number((await group.info()).stats.parkedMessageCount)
    await server.client.setStreamMetadata(parked, { truncateBefore: 2 })
    expect(await count()).to.equal(3)
    await group.replay()
    await consumer.saw(...letters('a b c c'))
    await becomes(count, 0)
  },
)

rule('6.8', 'whoever deletes the parked entries himself has nothing replayed', { seen: 'watched' }, async (server) => {
  const [group, consumer] = await withParked(server, 'a')
  await server.client.deleteStream(`$persistentsubscription-${group.stream}::group-parked`)
  await group.replay()
  await stays(() => consumer.deliveries.length, 1, 150)
})

rule(
  '6.8',
  'after the parked entries are deleted, a replay sets the count right',
  { seen: { differs: 'the count stays as it was' } },
  async (server) => {
    const [group] = await withParked(server, 'a')
    const count = async () => Number((await group.info()).stats.parkedMessageCount)
    await server.client.deleteStream(`$persistentsubscription-${group.stream}::group-parked`)
    expect(await count()).to.equal(1)
    await group.replay()
    await becomes(count, 0)
  },
)

rule('6.8', 'a negative stopAt fails', { seen: 'real' }, async (server) => {
  const [group] = await withParked(server, 'a')
  expect(await refusal(group.replay(-1))).to.deep.include({
    type: 'persistent-subscription-failed',
    reason: 'Cannot stop replaying parked message at a negative version.',
  })
})

rule(
  '6.8',
  'a stopAt of 0 replays nothing, and the next replay works',
  { seen: { onlyHere: 'the group is stuck in the replay until it is loaded anew' } },
  async (server) => {
    const [group, consumer] = await withParked(server, 'a')
    await group.replay(0)
    await group.replay()
    await consumer.saw('a', 'a')
  },
)

rule(
  '6.8',
  'a stopAt below what was replayed already brings nothing back',
  { seen: { differs: 'it brings back what had been replayed' } },
  async (server) => {
    const [group, consumer] = await withParked(server, 'a b c')
    await group.replay(2)
    await consumer.saw(...letters('a b c a b'))
    await consumer.ack(3, 4)
    await becomes(() => truncatedBefore(server, group), 2)
    await group.replay(1)
    await group.parkedCount(1)
    await group.replay()
    await consumer.saw(...letters('a b c a b c'))
    expect(await truncatedBefore(server, group)).to.be.at.least(2)
  },
)

rule('6.8', 'a replay with nothing parked does nothing, two at once deliver once', { seen: 'real' }, async (server) => {
  const empty = await Group.create(server, server.name(), 'group')
  await empty.replay()
  const [group, consumer] = await withParked(server, 'a b')
  await Promise.all([group.replay(), group.replay()])
  await consumer.saw(...letters('a b a b'))
  await stays(() => consumer.deliveries.length, 4, 150)
})

import { expect } from 'chai'
import type { GroupInfo, StoredEvent } from '../../infrastructure/event-store/port.ts'
import { comparePositions, type Position } from '../../infrastructure/event-store/position.ts'
import { createBehind } from './behind.ts'

const now = new Date('2026-01-05T10:00:00.000Z')
const at = (place: number): Position => ({ commit: BigInt(place), prepare: BigInt(place) })
const event = (place: number, type: string, secondsAgo: number): StoredEvent => ({
  id: `id-${place}`, stream: 'order-1', type, revision: BigInt(place), position: at(place), created: new Date(now.getTime() - secondsAgo * 1_000),
  data: {}, metadata: {},
})
const log = [event(1, 'Ours', 100), event(2, 'Theirs', 90), event(3, 'Ours', 80)]

const behindOf = (infos: Readonly<Record<string, Partial<GroupInfo> | undefined>>, asked: string[] = []) =>
  createBehind(
    {
      groupInfo: async (group) => {
        asked.push(group)
        const info = infos[group]
        return info === undefined ? undefined
          : { group, status: 'Live', parked: 0, inFlight: 0, connections: 1, lastKnown: at(3), lastCheckpointed: undefined, ...info }
      },
      async *readAll({ after } = {}) {
        for (const stored of log) if (after === undefined || comparePositions(stored.position, after) > 0) yield stored
      },
    },
    Object.keys(infos).map((group) => ({ group, looksAt: ({ type }) => type === 'Ours' })),
    () => now,
  )
const behind = (infos: Readonly<Record<string, Partial<GroupInfo> | undefined>>) => behindOf(infos)()

describe('how far the groups are behind', () => {
  it('is the age of the first event after the checkpoint that is theirs', async () => {
    expect(await behind({ order: { lastCheckpointed: at(1) } })).to.equal(80_000)
    expect(await behind({ order: { lastCheckpointed: at(3) } })).to.equal(0)
  })
  it('is that of the group that is furthest behind', async () => {
    expect(await behind({ order: { lastCheckpointed: at(3) }, payment: { lastCheckpointed: at(2) } })).to.equal(80_000)
  })
  it('is everything where no group is yet, and nothing where one has nothing to do', async () => {
    expect(await behind({ order: undefined })).to.equal(100_000)
    expect(await behind({ order: { connections: 1, inFlight: 0 } })).to.equal(0)
    expect(await behind({ order: { connections: 0, inFlight: 0 } })).to.equal(100_000)
  })
  it('is looked up once for all who ask at once, and anew for who asks later', async () => {
    const asked: string[] = []
    const ask = behindOf({ order: { lastCheckpointed: at(1) } }, asked)
    expect(await Promise.all([ask(), ask(), ask()])).to.deep.equal([80_000, 80_000, 80_000])
    expect(asked).to.deep.equal(['order'])
    expect(await ask()).to.equal(80_000)
    expect(asked).to.deep.equal(['order', 'order'])
  })
})

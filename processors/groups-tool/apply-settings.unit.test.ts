import { expect } from 'chai'
import { fromServerSettings, toServerSettings } from '../../infrastructure/event-store/group-settings.ts'
import {
  StoreUnavailable,
  type GroupInfo,
  type Groups,
  type GroupSettings,
} from '../../infrastructure/event-store/port.ts'
import { groupSettings } from '../groups.ts'
import { applySettings } from './apply-settings.ts'
import { groupState } from './group-states.ts'

const infoWith = (group: string, settings: GroupSettings): GroupInfo => ({
  group,
  status: 'Live',
  settings: fromServerSettings(toServerSettings(settings)),
  parked: 0,
  inFlight: 0,
  undone: 0,
  connections: 0,
  lastKnown: undefined,
  lastCheckpointed: undefined,
})

describe('settings that are applied', () => {
  /** Groups without a server, all there with too few retries; `update` is what becomes of one that is updated. */
  const applied = async (groups: readonly string[], update: (group: string) => Promise<GroupSettings | undefined>) => {
    const kept = new Map<string, GroupSettings>(groups.map((group) => [group, { ...groupSettings, maxRetryCount: 10 }]))
    const store: Pick<Groups, 'ensureGroup' | 'updateGroup' | 'groupInfo'> = {
      ensureGroup: () => expect.fail('no group is missing'),
      async groupInfo(group) {
        const settings = kept.get(group)
        return settings === undefined ? undefined : infoWith(group, settings)
      },
      async updateGroup(group) {
        const settings = await update(group)
        if (settings === undefined) kept.delete(group)
        else kept.set(group, settings)
      },
    }
    const states = await Promise.all(groups.map((group) => groupState(store, group, groupSettings)))
    const results: unknown[] = []
    for await (const { group, action, done, failed } of applySettings(store, states, groupSettings))
      results.push([group, action, done, failed])
    return results
  }

  it('are read back: what the store has not taken has failed', async () => {
    expect(await applied(['order'], async () => ({ ...groupSettings, liveBufferSize: 7 }))).to.deep.equal([
      ['order', 'update', false, 'it still has liveBufferSize 7, wanted 1000'],
    ])
    expect(await applied(['order'], async () => undefined)).to.deep.equal([['order', 'update', false, 'it is missing']])
  })

  it('are applied to the other groups when one fails', async () => {
    const results = await applied(['order', 'payment'], (group) =>
      group === 'order' ? Promise.reject(new StoreUnavailable('nobody listens')) : Promise.resolve(groupSettings),
    )
    expect(results).to.deep.equal([
      ['order', 'update', false, 'nobody listens'],
      ['payment', 'update', true, undefined],
    ])
  })
})

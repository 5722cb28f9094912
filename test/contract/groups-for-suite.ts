import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type { Delivery, GroupConnection, GroupSettings } from '../../infrastructure/event-store/port.ts'
import { deleteGroups } from './delete-groups.ts'
import { createGroupFromHere } from './group-from-here.ts'
import { storeForSuite } from './store-for-suite.ts'

export const settings: GroupSettings = {
  messageTimeoutMs: 30_000,
  maxRetryCount: 1_000_000,
  checkPointLowerBound: 1,
  checkPointUpperBound: 1_000,
  checkPointAfterMs: 200,
  readBatchSize: 100,
  historyBufferSize: 500,
  liveBufferSize: 500,
}

/** Acknowledges what is not in the stream, so many at a time; ends when `enough` of what is. */
export const take = async (
  connection: GroupConnection,
  stream: string,
  enough: number,
  answer: (delivery: Delivery) => Promise<void>,
  othersAtATime = 1,
): Promise<Delivery[]> => {
  const ours: Delivery[] = []
  const others: string[] = []
  for await (const delivery of connection.deliveries) {
    if (delivery.event?.stream !== stream) {
      others.push(delivery.ackId)
      if (others.length >= othersAtATime) await connection.ack(others.splice(0))
      continue
    }
    ours.push(delivery)
    await answer(delivery)
    if (ours.length === enough) break
  }
  return ours
}

/** A store for the suite, and groups on it, which are deleted after it. */
export const groupsForSuite = () => {
  const groups: string[] = []
  const suite = storeForSuite((url) => deleteGroups(url, groups))
  /** Of a group that whoever asks for it makes. */
  const newName = (): string => {
    const name = `contract-${randomUUID()}`
    groups.push(name)
    return name
  }
  const newGroup = async () => {
    const group = newName()
    expect(await suite.store().ensureGroup(group, settings)).to.equal(true)
    return group
  }
  /** One that begins where the log ends now, so that it need not go through all that others have written. */
  const newGroupFromHere = async (changed: Partial<GroupSettings> = {}) => {
    const group = newName()
    await createGroupFromHere({ url: suite.url(), store: suite.store() }, group, { ...settings, ...changed })
    expect(await suite.store().ensureGroup(group, settings)).to.equal(false)
    return group
  }
  return { suite, newName, newGroup, newGroupFromHere }
}

import {
  persistentSubscriptionToAllSettingsFromDefaults,
  ROUND_ROBIN,
  START,
  type EventStoreDBClient,
} from '@eventstore/db-client'
import { answerWithin } from './answer-within.ts'
import { asStoreFault, classifyError } from './classify-error.ts'
import { connectToGroup } from './group-connection.ts'
import { createParked } from './parked.ts'
import type { GroupInfo, Groups, GroupSettings } from './port.ts'
import type { ReadingClient } from './reading-client.ts'
import { countOf, placeOf } from './server-values.ts'
import type { StoreSettings } from './adapter-settings.ts'
import type { SubscriptionClients } from './subscription-clients.ts'

/** Unfiltered, from the start, links as they are: the kind of group that loses nothing on a real server. */
const toServerSettings = (settings: GroupSettings) =>
  persistentSubscriptionToAllSettingsFromDefaults({
    startFrom: START,
    resolveLinkTos: false,
    consumerStrategyName: ROUND_ROBIN,
    messageTimeout: settings.messageTimeoutMs,
    maxRetryCount: settings.maxRetryCount,
    checkPointLowerBound: settings.checkPointLowerBound,
    checkPointUpperBound: settings.checkPointUpperBound,
    checkPointAfter: settings.checkPointAfterMs,
    readBatchSize: settings.readBatchSize,
    historyBufferSize: settings.historyBufferSize,
    liveBufferSize: settings.liveBufferSize,
  })

export const createGroups = (reading: ReadingClient, clients: SubscriptionClients, settings: StoreSettings): Groups => {
  const ask = async <Answer>(what: string, call: (client: EventStoreDBClient) => Promise<Answer>): Promise<Answer> => {
    const client = reading.current()
    try {
      return await answerWithin(call(client), settings.readTimeoutMs, what)
    } catch (error) {
      reading.noteFailure(client, error)
      throw asStoreFault(error, what)
    }
  }

  return {
    async ensureGroup(group, groupSettings) {
      try {
        await ask(`creation of group ${group}`, (client) =>
          client.createPersistentSubscriptionToAll(group, toServerSettings(groupSettings)),
        )
        return true
      } catch (error) {
        // There already, and left as it is: an update would drop its consumers and forget what it knows of each message.
        if (classifyError(error) === 'exists') return false
        throw error
      }
    },

    connect: (group, { bufferSize }) => connectToGroup(clients.lease(), group, bufferSize, settings),

    async groupInfo(group): Promise<GroupInfo | undefined> {
      try {
        const { status, stats, connections } = await ask(`information on group ${group}`, (client) =>
          client.getPersistentSubscriptionToAllInfo(group),
        )
        return {
          group,
          status,
          parked: countOf(stats.parkedMessageCount),
          inFlight: countOf(stats.totalInFlightMessages),
          connections: connections.length,
          lastKnown: stats.lastKnownEventPosition && placeOf(stats.lastKnownEventPosition),
          lastCheckpointed: stats.lastCheckpointedEventPosition && placeOf(stats.lastCheckpointedEventPosition),
        }
      } catch (error) {
        if (classifyError(error) === 'missing') return undefined
        throw error
      }
    },

    ...createParked(reading, settings),
  }
}

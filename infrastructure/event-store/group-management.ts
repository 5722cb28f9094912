import type { EventStoreDBClient } from '@eventstore/db-client'
import { answerWithin } from './answer-within.ts'
import { asStoreFault, classifyError } from './classify-error.ts'
import { connectToGroup } from './group-connection.ts'
import { fromServerSettings, toServerSettings } from './group-settings.ts'
import { createParked } from './parked.ts'
import type { GroupInfo, Groups } from './port.ts'
import type { ReadingClient } from './reading-client.ts'
import { countOf, placeOf, sumOf } from './server-values.ts'
import type { StoreSettings } from './adapter-settings.ts'
import type { SubscriptionClients } from './subscription-clients.ts'
import { createTruncateParked } from './truncate-parked.ts'

export const createGroups = (reading: ReadingClient, clients: SubscriptionClients, settings: StoreSettings): Groups => {
  const ask = async <Answer>(what: string, call: (client: EventStoreDBClient) => Promise<Answer>): Promise<Answer> => {
    const client = reading.current()
    try {
      const answer = await answerWithin(call(client), settings.readTimeoutMs, what)
      reading.noteAnswer(client)
      return answer
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

    updateGroup: (group, groupSettings) =>
      ask(`update of group ${group}`, (client) =>
        client.updatePersistentSubscriptionToAll(group, toServerSettings(groupSettings)),
      ),

    connect: (group, { bufferSize }) => connectToGroup(clients.lease(), group, bufferSize, settings),

    async groupInfo(group): Promise<GroupInfo | undefined> {
      try {
        const {
          status,
          settings: found,
          stats,
          connections,
        } = await ask(`information on group ${group}`, (client) => client.getPersistentSubscriptionToAllInfo(group))
        return {
          group,
          status,
          settings: fromServerSettings(found),
          parked: countOf(stats.parkedMessageCount),
          inFlight: countOf(stats.totalInFlightMessages),
          undone: sumOf([stats.outstandingMessagesCount, stats.retryBufferCount, stats.readBufferCount]),
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
    truncateParked: createTruncateParked(reading, settings, ask),
  }
}

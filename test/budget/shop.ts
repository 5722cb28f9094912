import { startEventStore } from 'eventstoredb-compatible-server/source'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import type { StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Position } from '../../infrastructure/event-store/position.ts'
import { createLogger, silentLogger } from '../../infrastructure/observability/logger.ts'
import { measuredPool } from '../../infrastructure/observability/measured-pool.ts'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import { openPool } from '../../infrastructure/postgres/pool.ts'
import { followUpFolds } from '../../processors/follow-ups/folds.ts'
import { shopProjections } from '../../projections/registry.ts'
import { migratedDatabase } from '../processors/database.ts'
import { fakeProvider } from '../processors/fake-provider.ts'
import { until } from '../support/until.ts'
import { startCommandApi } from './command-api.ts'
import { fedEngine } from './fed-engine.ts'
import { createGroupPlaces } from './group-places.ts'
import { lineCount } from './log-lines.ts'
import { startProcessors } from './processors.ts'
import { createWaits } from './waits.ts'

/**
 * The shop's processes in this one, over the real client and a real PostgreSQL, with everything counted that an order causes and nothing
 * that goes on by itself: no heartbeats, no looking for what is due. Provider and mail server are in memory. The tables' engines get
 * their batches by hand, since otherwise the time would cut them.
 */
export const startCountedShop = async () => {
  const ends: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end()
  }
  try {
    // Its own, whichever store other tests are run against: whatever else is in one would be delivered too.
    const server = await startEventStore({ port: 0, data: 'memory' })
    ends.push(() => server.stop())
    const database = await migratedDatabase()
    ends.push(() => database.close())
    const client = await connectEventStore({ url: server.url })
    ends.push(() => client.dispose())

    const waits = createWaits()
    const places = createGroupPlaces()
    const store = waits.store(places.store(client))
    const provider = fakeProvider()
    const lines = lineCount()
    const registries = {
      commandApi: createRegistry({ service: 'command-api' }),
      processors: createRegistry({ service: 'processors' }),
      followUps: createRegistry({ service: 'follow-ups' }),
      projections: createRegistry({ service: 'projections' }),
    }
    const poolOf = (name: 'processors' | 'followUps' | 'projections') => {
      const pool = measuredPool(
        openPool({ url: database.url, applicationName: name, logger: silentLogger }),
        registries[name],
      )
      ends.push(() => pool.end())
      return pool
    }

    const commandApi = await startCommandApi({ store, waits, registry: registries.commandApi, logTo: lines.stream })
    ends.push(() => commandApi.close())
    const processors = startProcessors({
      store,
      waits,
      provider,
      pool: poolOf('processors'),
      registry: registries.processors,
      logTo: lines.stream,
    })
    ends.push(() => processors.close())
    const engineOn = (service: 'followUps' | 'projections') => ({
      pool: poolOf(service),
      databaseUrl: database.url,
      logger: createLogger({ service, format: 'json', stream: lines.stream }),
    })
    const followUps = fedEngine('follow-ups', followUpFolds, engineOn('followUps'))
    ends.push(() => followUps.stop())
    const projections = fedEngine('projections', shopProjections, engineOn('projections'))
    ends.push(() => projections.stop())

    const isQuiet = (): boolean =>
      waits.open() === 0 && commandApi.answered() && processors.idle() && places.allDelivered(processors.groups)

    const { customer, operator, admin, webhook, waitsOfLastAnswer } = commandApi
    const { followUp, deadline } = processors
    return {
      customer,
      operator,
      admin,
      webhook,
      waitsOfLastAnswer,
      followUp,
      deadline,
      provider,
      registries,
      waits,
      followUps,
      projections,
      logLines: () => lines.count(),
      /** Every group has been given all there is, and has done with it. */
      quiet: () =>
        until(
          'the shop is quiet',
          async () => {
            if (!isQuiet()) return undefined
            // What is in hand in this very turn of the event loop gets to its next call.
            await new Promise((resolve) => {
              setImmediate(resolve)
            })
            return isQuiet() || undefined
          },
          { everyMs: 2 },
        ),
      /** Where the log ends, read beside what is counted. */
      head: () => client.headPosition(),
      /** The shop's own events after the place, oldest first. */
      async eventsAfter(place: Position | undefined): Promise<readonly StoredEvent[]> {
        const events: StoredEvent[] = []
        for await (const event of client.readAll(place === undefined ? {} : { after: place })) {
          if (!event.stream.startsWith('$')) events.push(event)
        }
        return events
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

export type CountedShop = Awaited<ReturnType<typeof startCountedShop>>

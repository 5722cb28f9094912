import { answerWithin, NoAnswer } from './answer-within.ts'
import { createAppend } from './append.ts'
import { createAppendingClient } from './appending-client.ts'
import { createTrust } from './trust.ts'
import { createGroups } from './group-management.ts'
import { type EventStore, StoreNotTrusted } from './port.ts'
import { createReadingClient } from './reading-client.ts'
import { createReading } from './read.ts'
import { defaultSettings, type StoreSettings } from './adapter-settings.ts'
import { createSubscribeToAll } from './subscribe-to-all.ts'
import { createSubscriptionClients } from './subscription-clients.ts'

/** Without TLS the client leaves them out, and tells nobody. */
const leavesOutCredentials = (url: string): boolean => /^[^/]*\/\/[^/?]*@/.test(url) && /[?&]tls=false/i.test(url)

export type EventStoreOptions = Partial<StoreSettings> & {
  /** `esdb://host:2113?tls=false`. Without TLS user and password are left out, with a warning. */
  readonly url: string
}

/**
 * The store behind its client library. A store that is away does not keep this from answering; every call then waits for its own
 * patience and ends with `StoreUnavailable`. The caller has to `dispose` of it, or the process does not end by itself.
 * @throws StoreNotTrusted when store and address do not agree about TLS
 */
export const connectEventStore = async ({ url, ...options }: EventStoreOptions): Promise<EventStore> => {
  const settings: StoreSettings = { ...defaultSettings, warn: () => undefined, ...options }
  if (leavesOutCredentials(url))
    settings.warn('user and password are not sent: the event store is spoken to without TLS', undefined)
  const appending = createAppendingClient(url, settings)
  const reading = createReadingClient(url, settings)
  const subscribing = createSubscriptionClients(url, settings)
  const reads = createReading(reading, settings)
  const trust = createTrust(url, settings.warn)

  const dispose = async () => {
    await Promise.all([appending.close(), subscribing.close(), reading.close()])
  }

  // The very first call of a client has no limit of its own; so it is made here, with one.
  await appending.warmUp(settings.readTimeoutMs).catch(async (error: unknown) => {
    // A server that says nothing has not got as far as a certificate.
    const fault = error instanceof NoAnswer ? undefined : await trust.fault()
    if (fault !== undefined) {
      await dispose()
      throw new StoreNotTrusted(fault, { cause: error })
    }
    settings.warn('the event store does not answer yet', error)
  })

  return {
    append: createAppend(appending, settings),
    ...reads,
    subscribeToAll: createSubscribeToAll(subscribing, settings),
    ...createGroups(reading, subscribing, settings),
    holds: (position) => trust.explained(() => reads.holds(position)),
    probe: (limitMs) =>
      trust.explained(async () => {
        const waiting = new AbortController()
        try {
          await answerWithin(reads.headPosition({ signal: waiting.signal }), limitMs, 'probe of the event store')
        } finally {
          // Who has given up asks again soon: what was asked before does not go on beside it.
          waiting.abort()
        }
      }),
    dispose,
  }
}

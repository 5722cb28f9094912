import { asStoreFault, classifyError } from './classify-error.ts'
import { parkedStreamOf } from './parked-stream.ts'
import { UnusableAnswer, type Groups, type ParkedMessage, type StoredEvent } from './port.ts'
import { pullRead } from './read.ts'
import { readOfStream } from './read-request.ts'
import type { RecordedEvent } from './recorded-event.ts'
import { createdOf, revisionOf } from './server-values.ts'
import type { ReadingClient } from './reading-client.ts'
import type { StoreSettings } from './adapter-settings.ts'
import { toStoredEvent } from './stored-event.ts'

/** The server puts this before the reason that a consumer gives. */
const givenByConsumer = "Client explicitly NAK'ed message.\n"

/** A person waits for these: for silence there is less patience than elsewhere. In milliseconds. */
const longestSilence = 1_500

const reasonIn = (metadata: unknown): string => {
  const reason = typeof metadata === 'object' && metadata !== null && 'reason' in metadata ? metadata.reason : undefined
  if (typeof reason !== 'string') return ''
  return reason.startsWith(givenByConsumer) ? reason.slice(givenByConsumer.length) : reason
}

/** One parked message that nothing can be done with must not hide the others. */
const usable = (record: RecordedEvent): StoredEvent | undefined => {
  try {
    return toStoredEvent(record)
  } catch (error) {
    if (error instanceof UnusableAnswer) return undefined
    throw error
  }
}

/** The parked messages of a group. */
export const createParked = (reading: ReadingClient, settings: StoreSettings): Pick<Groups, 'parkedMessages'> => ({
  async *parkedMessages(group, { from = 0n, limit } = {}): AsyncGenerator<ParkedMessage, void, undefined> {
    const what = `read of the parked messages of ${group}`
    const impatient = { ...settings, readTimeoutMs: Math.min(settings.readTimeoutMs, longestSilence) }
    const request = readOfStream({ stream: parkedStreamOf(group), from, limit, resolveLinks: true })
    try {
      for await (const { event, link } of pullRead(reading, request, impatient, what)) {
        if (link === undefined) continue
        yield {
          number: revisionOf(link.revision, `a parked message of ${group}`),
          parkedAt: createdOf(link.created),
          reason: reasonIn(link.metadata),
          event: event === undefined ? undefined : usable(event),
        }
      }
    } catch (error) {
      if (classifyError(error) !== 'missing') throw asStoreFault(error, what)
    }
  },
})

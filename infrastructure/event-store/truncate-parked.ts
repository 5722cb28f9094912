import { jsonEvent, NO_STREAM, type EventStoreDBClient } from '@eventstore/db-client'
import { classifyError } from './classify-error.ts'
import { parkedStreamOf } from './parked-stream.ts'
import type { Groups } from './port.ts'
import { pullRead } from './read.ts'
import { readOfStream } from './read-request.ts'
import type { ReadingClient } from './reading-client.ts'
import type { RecordedEvent } from './recorded-event.ts'
import { countOf, revisionOf } from './server-values.ts'
import type { StoreSettings } from './adapter-settings.ts'

type Ask = <Answer>(what: string, call: (client: EventStoreDBClient) => Promise<Answer>) => Promise<Answer>

type Metadata = {
  /** The stream's first visible number. */
  readonly before: bigint
  /** Of the last metadata; undefined while the stream has none. */
  readonly revision: bigint | undefined
  readonly data: Readonly<Record<string, unknown>>
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** As the server reads it: what is no number counts as nothing. A stream that was deleted begins beyond every number. */
const beginningIn = (data: Readonly<Record<string, unknown>>): bigint => {
  const before = data['$tb']
  return typeof before === 'number' && Number.isInteger(before) && before > 0 ? BigInt(before) : 0n
}

/** Truncates a group's parked stream, and has the server count what is left. */
export const createTruncateParked = (
  reading: ReadingClient,
  settings: StoreSettings,
  ask: Ask,
): Groups['truncateParked'] => {
  const lastOf = async (stream: string, what: string): Promise<RecordedEvent | undefined> => {
    try {
      const request = readOfStream({ stream, from: 'end', backwards: true, limit: 1 })
      for await (const { event } of pullRead(reading, request, settings, what)) return event
    } catch (error) {
      if (classifyError(error) !== 'missing') throw error
    }
    return undefined
  }

  const metadataOf = async (stream: string): Promise<Metadata> => {
    const what = `read of the metadata of ${stream}`
    const last = await lastOf(`$$${stream}`, what)
    const data = isRecord(last?.data) ? last.data : {}
    return {
      before: beginningIn(data),
      revision: last === undefined ? undefined : revisionOf(last.revision, what),
      data,
    }
  }

  /** Only on what was read: whoever else wrote it meanwhile is not overwritten. False: somebody has. */
  const setBeginning = async (stream: string, { revision, data }: Metadata, before: bigint): Promise<boolean> => {
    try {
      await ask(`truncation of ${stream}`, (client) =>
        client.appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data: { ...data, $tb: Number(before) } }), {
          expectedRevision: revision ?? NO_STREAM,
        }),
      )
      return true
    } catch (error) {
      if (classifyError(error) === 'conflict') return false
      throw error
    }
  }

  /** Whether the server counts more than there is. What is parked in between makes it one more look. */
  const countsTooMany = async (group: string, stream: string, before: bigint): Promise<boolean> => {
    const what = `read of the end of ${stream}`
    const last = await lastOf(stream, what)
    const left = last === undefined ? 0n : revisionOf(last.revision, what) - before + 1n
    const { stats } = await ask(`information on group ${group}`, (client) =>
      client.getPersistentSubscriptionToAllInfo(group),
    )
    const counted = countOf(stats.parkedMessageCount)
    return counted !== undefined && BigInt(counted) > left
  }

  return async (group, before) => {
    // The real server replays nothing more for a group that is asked to stop at 0, until it is loaded anew.
    if (before <= 0n) throw new Error(`parked messages of ${group} cannot be truncated before ${before}`)
    const stream = parkedStreamOf(group)
    const found = await metadataOf(stream)
    if (found.before < before && !(await setBeginning(stream, found, before))) return false
    const beginning = found.before < before ? before : found.before
    if (beginning > BigInt(Number.MAX_SAFE_INTEGER)) return true
    if (!(await countsTooMany(group, stream, beginning))) return true
    // The server counts when it replays, and sets the beginning to where that ends, backwards too: so only while it still is that.
    if ((await metadataOf(stream)).before !== beginning) return false
    await ask(`count of the parked messages of ${group}`, (client) =>
      client.replayParkedMessagesToAll(group, { stopAt: beginning }),
    )
    return false
  }
}

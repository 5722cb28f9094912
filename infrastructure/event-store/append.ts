import { jsonEvent, type AppendResult, type JSONEventType } from '@eventstore/db-client'
import type { AppendingClient } from './appending-client.ts'
import { asStoreFault, classifyError, mayPass } from './classify-error.ts'
import { StoreUnavailable, VersionConflict, type EventToStore, type StreamWriter } from './port.ts'
import { placeOf, revisionOf } from './server-values.ts'
import type { StoreSettings } from './settings.ts'
import { jittered, pause } from './waiting.ts'

const firstPauseMs = 50
const longestPauseMs = 1_000

/** An append to one of these the real server answers twice, which ends the client's process, or dies of. */
const neverWrittenTo: ReadonlySet<string> = new Set(['', '$$', '$all'])

/**
 * The client has no limit of its own for an append: a silent server would leave it waiting for ever. So each attempt has one, and
 * what got no answer, or was rejected because some other call broke the connection, is sent again as it was until the server says
 * yes or no. The same ids at the same revision make that safe: either they are there already, or the revision is taken.
 */
export const createAppend = (client: AppendingClient, settings: StoreSettings): StreamWriter['append'] =>
  async (stream, events, expected, { signal } = {}) => {
    if (neverWrittenTo.has(stream)) throw new Error(`nothing can be written to the stream '${stream}'`)
    // The server would answer with a revision that is none.
    if (events.length === 0) throw new Error(`an append to ${stream} without events`)
    const messages = events.map(toMessage)
    const giveUpAt = Date.now() + settings.patienceMs

    for (let attempt = 0; ; attempt += 1) {
      try {
        // `throwOnAppendFailure` stays on: without it the client answers a conflict with a wrong revision.
        const result = await client.attempt<AppendResult>(
          (own) => own.appendToStream(stream, messages, { expectedRevision: expected, deadline: settings.appendTimeoutMs }),
          Math.max(1, giveUpAt - Date.now()),
          signal,
        )
        const { nextExpectedRevision, position } = result
        return {
          revision: revisionOf(nextExpectedRevision, `what was appended to ${stream}`),
          position: position === undefined ? undefined : placeOf(position),
        }
      } catch (error) {
        const fault = classifyError(error)
        if (fault === 'conflict') throw new VersionConflict(stream, expected)
        if (!mayPass(fault)) throw error
        const breather = jittered(attempt, firstPauseMs, longestPauseMs)
        if (signal?.aborted === true || Date.now() + breather >= giveUpAt) {
          throw error instanceof StoreUnavailable ? error : asStoreFault(error, `append to ${stream}`)
        }
        await pause(breather, signal)
      }
    }
  }

const toMessage = ({ id, type, data, metadata }: EventToStore) =>
  jsonEvent<JSONEventType>({ id, type, data, metadata })

import { backoffMs, type Backoff } from '../time/back-off.ts'
import { pause } from '../time/waiting.ts'
import { encodeEvent } from './append-request.ts'
import type { AppendingClient } from './appending-client.ts'
import { asStoreFault, classifyError, mayPass } from './classify-error.ts'
import { ClientClosed } from './client.ts'
import { StoreUnavailable, type StreamWriter } from './port.ts'
import type { StoreSettings } from './adapter-settings.ts'
import { TooManyWait } from './turns.ts'

const attemptsApart: Backoff = { firstMs: 50, capMs: 1_000 }

/** An append to one of these the real server answers twice, or dies of. */
const neverWrittenTo: ReadonlySet<string> = new Set(['', '$$', '$all'])

/**
 * A silent server would leave an append waiting for ever. So each attempt has a limit, and what got no answer, or was rejected because
 * its call broke, is sent again as it was until the server says yes or no. The same ids at the same revision make that safe: either they are there already, or the revision is taken.
 */
export const createAppend =
  (client: AppendingClient, settings: StoreSettings): StreamWriter['append'] =>
  async (stream, events, expected, { signal } = {}) => {
    if (neverWrittenTo.has(stream)) throw new Error(`nothing can be written to the stream '${stream}'`)
    // The server would answer with a revision that is none.
    if (events.length === 0) throw new Error(`an append to ${stream} without events`)
    const encoded = events.map(encodeEvent)
    const giveUpAt = Date.now() + settings.patienceMs

    for (let attempt = 0; ; attempt += 1) {
      try {
        return await client.attempt(
          (call) => call.append(stream, encoded, expected),
          Math.max(1, giveUpAt - Date.now()),
          signal,
        )
      } catch (error) {
        const fault = classifyError(error)
        if (!mayPass(fault) || error instanceof ClientClosed) throw error
        // Nothing was sent yet. What was sent before is sent again all the same, until it is known what has become of it.
        if (error instanceof TooManyWait && attempt === 0) throw error
        const breather = backoffMs(attempt, attemptsApart)
        if (signal?.aborted === true || Date.now() + breather >= giveUpAt) {
          throw error instanceof StoreUnavailable ? error : asStoreFault(error, `append to ${stream}`)
        }
        await pause(breather, signal)
      }
    }
  }

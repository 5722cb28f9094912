import { ask } from './api.js'
import { isOpen, isPaused, isSeen, until } from './looking.js'
import { Problem } from './problem.js'
import { messageReader } from './server-sent-events.js'
import { capital } from './words.js'

/** @import { Told } from './answers.d.ts' */

const longestPauseMs = 15_000

/** What a view is told in place of what has changed: somebody has paused it. */
export const paused = new Problem({ status: 0, code: 'paused', detail: 'Paused.' })

/** @param {string} detail */
const interrupted = (detail) => new Problem({ status: 0, code: 'interrupted', detail })

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>} ends early when the signal comes, and when nobody wants to see anything
 */
const pause = async (ms, signal) => {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(), ms)
  await until(() => !isOpen(), AbortSignal.any([signal, over.signal]))
  clearTimeout(timer)
}

/**
 * Work that is done again and again while the screen is there and somebody looks at it; after a failure less and less often.
 * @param {number} everyMs
 * @param {AbortSignal} signal
 * @param {() => Promise<void>} work
 * @param {(problem: unknown) => void} failed
 */
export const repeat = async (everyMs, signal, work, failed) => {
  let failures = 0
  for (;;) {
    if (isPaused()) failed(paused)
    await until(isSeen, signal)
    if (signal.aborted) return
    try {
      await work()
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      failures += 1
      failed(error)
    }
    await pause(Math.min(longestPauseMs, everyMs * 2 ** Math.min(failures, 4)), signal)
  }
}

/**
 * @template {Told} Message
 * @typedef {object} Follower
 * @property {AbortSignal} signal
 * @property {(message: Message) => void} message
 * @property {(problem: unknown) => void} state undefined: the stream is open, and what is shown is how it stands
 */

/**
 * Reads an event stream for as long as the screen is there, and goes on after an interruption where it was.
 * EventSource cannot send a token.
 * @template {Told} Message
 * @param {string} path
 * @param {Follower<Message>} follower
 */
export const follow = async (path, { signal, message, state }) => {
  /** @type {string | undefined} */
  let lastId
  let failures = 0
  for (;;) {
    if (isPaused()) state(paused)
    await until(isOpen, signal)
    if (signal.aborted) return
    const reader = messageReader()
    const over = new AbortController()
    void until(() => !isOpen(), AbortSignal.any([signal, over.signal])).then(() => over.abort())
    try {
      const response = await ask('GET', path, {
        signal: over.signal,
        headers: { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) },
      })
      if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true)
        throw interrupted('The live view is not there at the moment.')
      state(undefined)
      failures = 0
      const text = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader()
      const decoder = new TextDecoder()
      for (;;) {
        const { done, value } = await text.read()
        if (done) break
        for (const { id, event, data } of reader.take(decoder.decode(value, { stream: true }))) {
          if (id !== undefined) lastId = id
          const told = /** @type {unknown} */ (JSON.parse(data))
          // Both are described by the API, as answers are.
          if (event === 'behind') state(interrupted(`${capital(/** @type {{ reason: string }} */ (told).reason)}.`))
          else message(/** @type {Message} */ ({ event, data: told }))
        }
      }
    } catch (error) {
      if (over.signal.aborted) continue
      failures += 1
      // An answer that breaks off is what a process that ends does to its readers.
      const problem = error instanceof Problem ? error : interrupted('The live view is interrupted.')
      state(problem)
      // Somebody has signed in while this was on its way with the token before; other refusals stay.
      if (!problem.passes && problem.status !== 401) return
    } finally {
      over.abort()
    }
    await pause(Math.min(longestPauseMs, (reader.retryMs() ?? 1_000) * 2 ** Math.min(failures, 3)), signal)
  }
}

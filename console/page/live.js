import { ask } from './api.js'
import { Problem } from './problem.js'
import { messageReader } from './server-sent-events.js'

/** @import { Message } from './server-sent-events.js' */

const longestPauseMs = 15_000

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>} ends early when the signal comes
 */
const pause = (ms, signal) =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })

/** @param {AbortSignal} signal @returns {Promise<void>} when the tab is looked at */
const untilSeen = (signal) =>
  new Promise((resolve) => {
    const look = () => {
      if (document.hidden && !signal.aborted) return
      document.removeEventListener('visibilitychange', look)
      signal.removeEventListener('abort', look)
      resolve()
    }
    document.addEventListener('visibilitychange', look)
    signal.addEventListener('abort', look)
    look()
  })

/**
 * Work that is done again and again while the screen is there and the tab is looked at; after a failure less and less often.
 * @param {number} everyMs
 * @param {AbortSignal} signal
 * @param {() => Promise<void>} work
 * @param {(problem: unknown) => void} failed
 */
export const repeat = async (everyMs, signal, work, failed) => {
  let failures = 0
  while (!signal.aborted) {
    try {
      await work()
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      failures += 1
      failed(error)
    }
    await pause(Math.min(longestPauseMs, everyMs * 2 ** Math.min(failures, 4)), signal)
    await untilSeen(signal)
  }
}

/**
 * @typedef {object} Follower
 * @property {AbortSignal} signal
 * @property {(name: string, data: any) => void} message
 * @property {(problem: unknown) => void} state undefined: the stream is open
 */

/**
 * Reads an event stream for as long as the screen is there, and goes on after an interruption where it was.
 * EventSource cannot send a token.
 * @param {string} path
 * @param {Follower} follower
 */
export const follow = async (path, { signal, message, state }) => {
  /** @type {string | undefined} */
  let lastId
  let failures = 0
  while (!signal.aborted) {
    const reader = messageReader()
    /** @param {Message} one */
    const given = (one) => {
      if (one.id !== undefined) lastId = one.id
      message(one.event, JSON.parse(one.data))
    }
    try {
      const response = await ask('GET', path, {
        signal,
        headers: { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) },
      })
      if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true)
        throw new Problem({ status: 0, code: 'no_event_stream', detail: 'The live view is not there at the moment.' })
      state(undefined)
      failures = 0
      const text = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader()
      const decoder = new TextDecoder()
      for (;;) {
        const { done, value } = await text.read()
        if (done) break
        for (const one of reader.take(decoder.decode(value, { stream: true }))) given(one)
      }
    } catch (error) {
      if (signal.aborted) return
      failures += 1
      // An answer that breaks off is what a process that ends does to its readers.
      const problem =
        error instanceof Problem
          ? error
          : new Problem({ status: 0, code: 'interrupted', detail: 'The live view is interrupted.' })
      state(problem)
      if (!problem.passes) return
    }
    await pause(Math.min(longestPauseMs, (reader.retryMs() ?? 1_000) * 2 ** Math.min(failures, 3)), signal)
  }
}

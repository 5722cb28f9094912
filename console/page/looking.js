import { token, whenSessionChanges } from './session.js'

/** Whether somebody wants to see what changes: nobody has paused the view, somebody is signed in, and the tab is in front. */

const changes = new EventTarget()
const tell = () => changes.dispatchEvent(new Event('change'))
let paused = false

export const isPaused = () => paused

/** @param {boolean} on what is shown stands still until it goes on, or another view is opened */
export const setPaused = (on) => {
  paused = on
  tell()
}

document.addEventListener('visibilitychange', tell)
whenSessionChanges(tell)

/** Somebody may see it, whether or not they look. */
export const isOpen = () => !paused && token() !== undefined
export const isSeen = () => isOpen() && !document.hidden

/**
 * @param {() => boolean} holds
 * @param {AbortSignal} signal
 * @returns {Promise<void>} when it holds, or the signal comes
 */
export const until = (holds, signal) =>
  new Promise((resolve) => {
    const look = () => {
      if (!holds() && !signal.aborted) return
      changes.removeEventListener('change', look)
      signal.removeEventListener('abort', look)
      resolve()
    }
    changes.addEventListener('change', look)
    signal.addEventListener('abort', look)
    look()
  })

import { Problem, problemIn } from './problem.js'
import { runOut, token } from './session.js'

/** @typedef {{ body?: unknown, headers?: Record<string, string>, signal?: AbortSignal }} Asked */

/**
 * One request with the caller's own token.
 * @param {string} method
 * @param {string} path
 * @param {Asked} [asked]
 * @returns {Promise<Response>}
 */
export const ask = async (method, path, { body, headers, signal } = {}) => {
  const bearer = token()
  /** @type {Response} */
  let response
  try {
    response = await fetch(path, {
      method,
      headers: {
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw new Problem({ status: 0, code: 'unreachable', detail: 'The console cannot be reached.' })
  }
  if (response.ok) return response
  // What was shown with it is for nobody to see until somebody has signed in again.
  if (response.status === 401 && bearer !== undefined && bearer === token()) runOut()
  throw problemIn(response.status, await response.text(), response.headers.get('retry-after'))
}

/**
 * @template Body
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<Body>}
 */
export const get = async (path, signal) => {
  const response = await ask('GET', path, signal === undefined ? {} : { signal })
  // Described by the API's own schema, which `answers.d.ts` repeats.
  return /** @type {Body} */ (await response.json())
}

/**
 * @template Body
 * @param {string} path
 * @param {unknown} body
 * @param {Record<string, string>} [headers]
 * @returns {Promise<Body>}
 */
export const post = async (path, body, headers = {}) => {
  const response = await ask('POST', path, { body, headers })
  return /** @type {Body} */ (await response.json())
}

/**
 * @param {string} path
 * @param {Readonly<Record<string, string | number | undefined>>} query what is undefined or empty is left out
 */
export const withQuery = (path, query) => {
  const asked = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') asked.set(name, String(value))
  return asked.size === 0 ? path : `${path}?${asked}`
}

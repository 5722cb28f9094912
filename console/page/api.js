import { Problem, problemIn } from './problem.js'
import { signOut, token } from './session.js'

/**
 * `any`: what the APIs answer is described by them, and each screen says by a type of its own what it takes of it.
 *
 * @typedef {{ body?: unknown, headers?: Record<string, string>, signal?: AbortSignal }} Asked
 * @typedef {{ body: any, headers: Headers }} Answered
 */

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
  // A token that has run out: what was shown with it is for nobody to see any more.
  if (response.status === 401 && bearer !== undefined && bearer === token()) signOut()
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

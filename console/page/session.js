/** Who is signed in, for as long as the tab is open: a token is never written anywhere else. */

const kept = 'console-token'

/** @type {Set<() => void>} */
const listeners = new Set()

/** @returns {string | undefined} */
export const token = () => sessionStorage.getItem(kept) ?? undefined

/** The token has run out, and nobody has signed in again or out since. */
let hasEnded = false
export const hasRunOut = () => hasEnded

const tell = () => {
  for (const listener of listeners) listener()
}

/** @param {string} text as it goes behind `Bearer` */
export const signIn = (text) => {
  sessionStorage.setItem(kept, text.trim())
  hasEnded = false
  tell()
}

export const signOut = () => {
  sessionStorage.removeItem(kept)
  hasEnded = false
  tell()
}

/** An API no longer takes the token. */
export const runOut = () => {
  sessionStorage.removeItem(kept)
  hasEnded = true
  tell()
}

/** @param {() => void} listener is called whenever somebody signs in or out, and when the token runs out */
export const whenSessionChanges = (listener) => listeners.add(listener)

/**
 * What the token says of its bearer, for showing alone: whether it holds is for the APIs to say.
 * @param {string} text
 * @returns {string | undefined}
 */
export const subjectOf = (text) => {
  try {
    const bytes = Uint8Array.from(atob((text.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')), (sign) =>
      sign.charCodeAt(0),
    )
    const claims = /** @type {{ sub?: unknown }} */ (JSON.parse(new TextDecoder().decode(bytes)))
    return typeof claims.sub === 'string' ? claims.sub : undefined
  } catch {
    // Not a token that says anything to us; the APIs will say what is wrong with it.
    return undefined
  }
}

/** Who is signed in, for as long as the tab is open: a token is never written anywhere else. */

const kept = 'console-token'

/** @type {Set<() => void>} */
const listeners = new Set()

/** @returns {string | undefined} */
export const token = () => sessionStorage.getItem(kept) ?? undefined

/** @param {string} text as it goes behind `Bearer` */
export const signIn = (text) => {
  sessionStorage.setItem(kept, text.trim())
  for (const listener of listeners) listener()
}

export const signOut = () => {
  sessionStorage.removeItem(kept)
  for (const listener of listeners) listener()
}

/** @param {() => void} listener is called whenever somebody signs in or out */
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

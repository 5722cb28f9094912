/** @typedef {{ path: readonly string[], query: URLSearchParams }} Route */

/** @param {string} hash as the address has it: `#/orders/4711?…` @returns {Route} */
export const routeOf = (hash) => {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s)
  /** @param {string} part */
  const decoded = (part) => {
    try {
      return decodeURIComponent(part)
    } catch {
      // Written by hand: taken as it is.
      return part
    }
  }
  return { path: path.split('/').filter(Boolean).map(decoded), query: new URLSearchParams(query) }
}

/**
 * @param {readonly (string | number)[]} path
 * @param {Readonly<Record<string, string | undefined>>} [query] what is undefined or empty is left out
 */
export const hrefOf = (path, query = {}) => {
  const asked = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') asked.set(name, value)
  const where = `#/${path.map((part) => encodeURIComponent(part)).join('/')}`
  return asked.size === 0 ? where : `${where}?${asked}`
}

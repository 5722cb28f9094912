/** What these say happened before a byte of the request had left. The last is undici's, by which `fetch` calls. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

const codeOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined
  // Several addresses for one name: every one was tried.
  if (error instanceof AggregateError)
    return error.errors.every((one) => neverSent.has(codeOf(one) ?? '')) ? 'ECONNREFUSED' : undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return codeOf(error.cause)
}

/** The code of an error, or of what caused it, that says that nothing was sent; else undefined. */
export const neverSentCode = (error: unknown): string | undefined => {
  const code = codeOf(error)
  return code !== undefined && neverSent.has(code) ? code : undefined
}

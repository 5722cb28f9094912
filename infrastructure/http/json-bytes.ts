/** What bytes say in JSON, or why they say nothing. */
export type JsonBytes =
  | { readonly read: true; readonly value: unknown }
  | { readonly read: false; readonly why: 'no_utf8' | 'no_json' }

// Fatal: by the usual way the bytes of another encoding become U+FFFD, and what somebody is called is lost for ever.
const utf8 = new TextDecoder('utf-8', { fatal: true })

const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return utf8.decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** JSON is UTF-8 (RFC 8259), whatever a Content-Type says. A byte order mark in front is passed over. */
export const readJsonBytes = (bytes: Uint8Array): JsonBytes => {
  const text = textOf(bytes)
  if (text === undefined) return { read: false, why: 'no_utf8' }
  try {
    return { read: true, value: JSON.parse(text) as unknown }
  } catch (error) {
    if (error instanceof SyntaxError) return { read: false, why: 'no_json' }
    throw error
  }
}

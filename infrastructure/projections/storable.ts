// PostgreSQL stores neither NUL nor half a surrogate pair, in text or in JSON.
const cleanText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD')

export const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/** What cannot be stored is replaced by U+FFFD. */
export const storableText = (text: string): string => (isStorableText(text) ? text : cleanText(text))

const clean = (value: unknown): unknown => {
  if (typeof value === 'string') return cleanText(value)
  if (Array.isArray(value)) return value.map(clean)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), clean(inner)]))
}

/** How JSON writes the two: NUL, and whatever is half a pair (whole pairs are written as they are). */
const suspicious = /\\u(?:0000|d[89a-f])/

/** As JSON that PostgreSQL takes. The look at the finished text spares walking through every row. */
export const storableJson = (value: unknown): string => {
  const text = JSON.stringify(value)
  return suspicious.test(text) ? JSON.stringify(clean(value)) : text
}

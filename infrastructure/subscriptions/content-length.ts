/** Characters that a value has as JSON, about: never less than its texts have. */
const lengthOf = (value: unknown): number => {
  if (typeof value === 'string') return value.length + 2
  if (typeof value !== 'object' || value === null) return 5
  if (ArrayBuffer.isView(value)) return value.byteLength
  let length = 2
  for (const [key, inner] of Object.entries(value)) length += key.length + 4 + lengthOf(inner)
  return length
}

/** Characters of an event's content, about: enough to keep batches and buffers within bounds. */
export const contentLength = ({ data, metadata }: { readonly data: unknown; readonly metadata: unknown }): number =>
  lengthOf(data) + lengthOf(metadata)

import type { StreamMetadata } from './types.ts'

/** Metadata in force: values that say nothing (not positive; a negative $tb) are left out. */
export const parseMetadata = (data: Buffer, isJson: boolean): StreamMetadata => {
  if (!isJson) return {}
  const numbers = numbersOf(data)
  if (numbers === undefined) return {}
  const maxCount = numbers.get('$maxCount')
  const maxAgeSeconds = numbers.get('$maxAge')
  const truncateBefore = numbers.get('$tb')
  return {
    ...(maxCount !== undefined && maxCount > 0n ? { maxCount } : {}),
    ...(maxAgeSeconds !== undefined && maxAgeSeconds > 0n ? { maxAgeSeconds } : {}),
    ...(truncateBefore !== undefined && truncateBefore >= 0n ? { truncateBefore } : {}),
  }
}

/** The same JSON with another $tb; what is no JSON object counts as an empty one. */
export const withTruncateBefore = (data: Buffer | undefined, truncateBefore: bigint): Buffer => {
  const text = data?.toString('utf8') ?? ''
  const fields = objectOf(text) === undefined ? [] : fieldsOf(text)
  return Buffer.from(jsonOf([['$tb', String(truncateBefore)], ...fields.filter(([key]) => key !== '$tb')]))
}

type Field = readonly [key: string, json: string]

const jsonOf = (fields: readonly Field[]): string =>
  `{${fields.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`

/** The fields of an object, each value as it was written: somebody's numbers may be more exact than JavaScript's. */
const fieldsOf = (text: string): readonly Field[] => {
  let fields: readonly Field[] = []
  // Every value is replaced by its JSON, the inner ones first, so the last object seen is the outermost.
  JSON.parse(
    text,
    (
      _key,
      value: string | readonly string[] | Readonly<Record<string, string>>,
      context?: { readonly source?: string },
    ) => {
      if (context?.source !== undefined) return context.source
      if (Array.isArray(value)) return `[${value.join(',')}]`
      fields = Object.entries(value)
      return jsonOf(fields)
    },
  )
  return fields
}

const NUMBERS = new Set(['$maxCount', '$maxAge', '$tb', '$cacheControl'])
const INT64_MAX = 9_223_372_036_854_775_807n
const LONGEST_AGE = 922_337_203_685n

/**
 * The numeric keys at the top. EventStoreDB reads them strictly: one of them that is no integer, or too large, makes the whole
 * metadata count as empty. Undefined in that case.
 */
const numbersOf = (data: Buffer): Map<string, bigint> | undefined => {
  const text = data.toString('utf8')
  const object = objectOf(text)
  if (object === undefined) return undefined
  const found = new Map<string, bigint>()
  const sources = sourcesOf(text)
  for (const [key, value] of Object.entries(object)) {
    if (!NUMBERS.has(key)) continue
    const source = sources.get(key) ?? String(value)
    if (typeof value !== 'number' || !/^-?\d+$/.test(source)) return undefined
    const number = BigInt(source)
    if (number > INT64_MAX || number < -INT64_MAX - 1n) return undefined
    if ((key === '$maxAge' || key === '$cacheControl') && number > LONGEST_AGE) return undefined
    found.set(key, number)
  }
  return found
}

const objectOf = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Numbers at the top as they are written: a 64-bit $tb does not fit a JavaScript number. */
const sourcesOf = (text: string): Map<string, string> => {
  const byHolder = new Map<unknown, Map<string, string>>()
  const root: unknown = JSON.parse(
    text,
    function (this: unknown, key: string, value: unknown, context?: { readonly source?: string }) {
      if (context?.source !== undefined && NUMBERS.has(key)) {
        const sources = byHolder.get(this) ?? new Map<string, string>()
        byHolder.set(this, sources.set(key, context.source))
      }
      return value
    },
  )
  return byHolder.get(root) ?? new Map<string, string>()
}

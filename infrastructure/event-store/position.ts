/** A place in `$all`. Positions can be compared and nothing else; outside the process they are text (see `positionToText`). */
export type Position = { readonly commit: bigint; readonly prepare: bigint }

/** The log is counted in signed 64-bit numbers. */
const highest = 2n ** 63n - 1n

/** Whether there can be such a place in a log: nothing before its beginning, and no prepare position behind its commit position. */
export const isPlace = ({ commit, prepare }: Position): boolean =>
  prepare >= 0n && prepare <= commit && commit <= highest

export const comparePositions = (a: Position, b: Position): -1 | 0 | 1 => {
  if (a.commit !== b.commit) return a.commit < b.commit ? -1 : 1
  if (a.prepare !== b.prepare) return a.prepare < b.prepare ? -1 : 1
  return 0
}

/** Nineteen digits hold every place there can be. */
const digits = 19

/**
 * Opaque to everybody else; sorts as text in the order of the log. What it writes, `positionFromText` reads back.
 * @throws RangeError for what is no place
 */
export const positionToText = (position: Position): string => {
  const { commit, prepare } = position
  if (!isPlace(position)) throw new RangeError(`${commit}/${prepare} is no place in a log`)
  return `${commit.toString().padStart(digits, '0')}-${prepare.toString().padStart(digits, '0')}`
}

/** Undefined for what `positionToText` cannot have written. */
export const positionFromText = (text: string): Position | undefined => {
  const match = /^(\d{19})-(\d{19})$/.exec(text)
  if (match?.[1] === undefined || match[2] === undefined) return undefined
  const position = { commit: BigInt(match[1]), prepare: BigInt(match[2]) }
  return isPlace(position) ? position : undefined
}

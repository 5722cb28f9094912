/** A place in `$all`. Positions can be compared and nothing else; outside the process they are text (see `positionToText`). */
export type Position = { readonly commit: bigint; readonly prepare: bigint }

export const comparePositions = (a: Position, b: Position): -1 | 0 | 1 => {
  if (a.commit !== b.commit) return a.commit < b.commit ? -1 : 1
  if (a.prepare !== b.prepare) return a.prepare < b.prepare ? -1 : 1
  return 0
}

/** Opaque to everybody else; sorts as text in the order of the log. */
export const positionToText = ({ commit, prepare }: Position): string =>
  `${commit.toString().padStart(19, '0')}-${prepare.toString().padStart(19, '0')}`

/** Undefined for what `positionToText` cannot have written. */
export const positionFromText = (text: string): Position | undefined => {
  const match = /^(\d{19})-(\d{19})$/.exec(text)
  return match?.[1] === undefined || match[2] === undefined ? undefined : { commit: BigInt(match[1]), prepare: BigInt(match[2]) }
}

/** A pattern, what a match was found in, and what none was found in. */
export type Read = readonly [pattern: string, matching: readonly string[], others: readonly string[]]

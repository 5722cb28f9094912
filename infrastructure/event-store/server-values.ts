import type { Position } from './position.ts'

/** The server counts in signed 64-bit numbers, and some of them come as unsigned ones: what is above this was below zero. */
const int64Max = 2n ** 63n - 1n

const isCount = (value: bigint): boolean => value >= 0n && value <= int64Max

/**
 * Undefined for what is no place in the log. The server says −1 (2^64 − 1 as it comes) where it has read nothing yet, or does not know;
 * and there is no reading on from a prepare position behind its commit position.
 */
export const placeOf = ({ commit, prepare }: Position): Position | undefined =>
  isCount(commit) && isCount(prepare) && prepare <= commit ? { commit, prepare } : undefined

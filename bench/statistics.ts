/** The value below which `share` (0 to 1) of the values lie; the nearest of them, none made up. Zero for none. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}

export const median = (values: readonly number[]): number => percentile(values, 0.5)

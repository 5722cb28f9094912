/** The seeds of a test: as many as asked for, others each hour, the first of them printed; or the one that EVENT_STORE_MODEL_SEED names. */
export const seeds = (name: string, count: number): readonly number[] => {
  const given = process.env['EVENT_STORE_MODEL_SEED']
  if (given !== undefined) {
    if (!/^\d{1,9}$/.test(given)) throw new Error(`EVENT_STORE_MODEL_SEED is no seed: ${given}`)
    return [Number(given)]
  }
  const first = (Math.floor(Date.now() / 3_600_000) * 1_009) % 900_000_000
  process.stdout.write(`event store model, ${name}: ${count} seeds from ${first} (EVENT_STORE_MODEL_SEED=n runs one)\n`)
  return Array.from({ length: count }, (_, index) => first + index)
}

const dayMs = 86_400_000

/** Of a test run: what the variable says, else another one each day, so that in time many are tried. @throws Error when it is no seed */
export const seedOfDay = (variable: string, ofDay: (day: number) => number = (day) => day): number => {
  const given = process.env[variable]
  if (given === undefined) return ofDay(Math.floor(Date.now() / dayMs))
  const seed = Number(given)
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`${variable} is not a seed: ${given}`)
  return seed
}

import { seedOfDay } from '../support/seed-of-day.ts'
import { simulate, type Run } from './simulate.ts'

/** The first seed of a test run: ten thousand of them for each day. */
export const firstSeed = (): number => seedOfDay('SIMULATION_SEED', (day) => day * 10_000)

/** What went wrong, and how to see it happen. */
export const describeFailure = ({ seed, violations }: Run): string =>
  [
    `seed ${seed}:`,
    ...violations.slice(0, 10).map(({ statement, wrong }) => `  statement ${statement}: ${wrong}`),
    `  npm run simulate -- --seed ${seed} --steps`,
  ].join('\n')

/** Runs so many seeds one after another. @throws Error naming each seed for which a statement did not hold */
export const simulateSeeds = async (from: number, count: number): Promise<readonly Run[]> => {
  const runs: Run[] = []
  for (let seed = from; seed < from + count; seed += 1) runs.push(await simulate({ seed }))
  const failed = runs.filter(({ violations }) => violations.length > 0)
  if (failed.length > 0) throw new Error(failed.map(describeFailure).join('\n'))
  return runs
}

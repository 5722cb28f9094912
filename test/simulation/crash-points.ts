import { calm } from './weather.ts'
import { simulate, type Run } from './simulate.ts'

/** A step of a process between two waits, in the order of a run in which nothing goes wrong; named by the process and what it does there. */
export type CrashPoint = { readonly number: number; readonly name: string }

export type CalmRun = { readonly seed: number; readonly points: readonly CrashPoint[]; readonly types: Run['types'] }

/** Few enough for a run at each, with most of what can become of an order. */
const mostPoints = 900
const fewestTypes = 27
const mostTried = 200

const calmRun = async (seed: number): Promise<CalmRun> => {
  const points: CrashPoint[] = []
  const { violations, types } = await simulate({
    seed,
    climate: calm,
    diesAt: ({ name }, what) => {
      points.push({ number: points.length, name: `${name}: ${what}` })
      return false
    },
  })
  if (violations.length > 0) throw new Error(`seed ${seed} in calm weather: ${violations[0]?.wrong ?? ''}`)
  return { seed, points, types }
}

/** The first seed from here on whose shop sees enough. */
export const richCalmRun = async (from: number): Promise<CalmRun> => {
  for (let seed = from; seed < from + mostTried; seed += 1) {
    const run = await calmRun(seed)
    if (run.types.size >= fewestTypes && run.points.length <= mostPoints) return run
  }
  throw new Error(`no seed from ${from} on sees ${fewestTypes} types of events in ${mostPoints} steps`)
}

/** The same shop, in which the process dies at this one of its steps. It is started again, and in the end every statement holds. */
export const crashAt = async ({ seed }: CalmRun, point: CrashPoint): Promise<string | undefined> => {
  let steps = 0
  const { violations, deaths } = await simulate({
    seed,
    climate: calm,
    diesAt: () => {
      steps += 1
      return steps === point.number + 1
    },
  })
  const wrong = deaths === 1 ? violations[0]?.wrong : `${deaths} processes died`
  return wrong === undefined ? undefined : `seed ${seed}, dies at ${point.number} (${point.name}): ${wrong}`
}

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { StoredRecord } from '../log/types.ts'
import { createRandom } from '../testing/random.ts'
import { load, type Load } from './load.ts'
import type { Observed } from './observed.ts'
import { POINTS_OF_DEATH, type PointOfDeath } from './points-of-death.ts'
import { checkSurvival, recordsIn } from './survived.ts'

const SERVER = fileURLToPath(new URL('./dying-server.ts', import.meta.url))

/** What a run of rounds has gone through, to show that it tried anything. */
export type Toll = {
  readonly deaths: Record<PointOfDeath, number>
  answered: number
  unanswered: number
  kept: number
  seen: number
}

/** Rounds on one data directory: in each a server takes load until it is killed, and then everything must be there. */
export const dieAgainAndAgain = async (rounds: number, seed: number): Promise<Toll> => {
  const random = createRandom(seed)
  const directory = mkdtempSync(join(tmpdir(), 'event-store-crash-'))
  const toll: Toll = {
    deaths: {
      'before-commit': 0,
      'in-commit': 0,
      'after-commit-before-publish': 0,
      'after-publish-before-answer': 0,
      never: 0,
    },
    answered: 0,
    unanswered: 0,
    kept: 0,
    seen: 0,
  }
  try {
    let before: readonly StoredRecord[] = []
    for (let round = 0; round < rounds; round += 1) {
      const point = POINTS_OF_DEATH[round % POINTS_OF_DEATH.length] ?? 'never'
      const observed = await dieOnce(directory, {
        point,
        random,
        name: `r${round}`,
        from: before.at(-200)?.position ?? 0n,
      })
      const after = await recordsIn(directory)
      checkSurvival(before, observed, after)
      before = after
      const ids = new Set(after.map(({ id }) => id))
      const unanswered = observed.sent.filter(({ answer }) => answer === undefined)
      toll.deaths[point] += 1
      toll.answered += observed.sent.length - unanswered.length
      toll.unanswered += unanswered.length
      toll.kept += unanswered.filter(({ events }) => events.some(({ id }) => ids.has(id))).length
      toll.seen += observed.sightings.length
    }
    return toll
  } catch (error) {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

type Life = Pick<Load, 'random' | 'name' | 'from'> & { readonly point: PointOfDeath }

/** One life of a server; resolves with what its clients know when it is dead. */
const dieOnce = async (directory: string, { point, ...life }: Life): Promise<Observed> => {
  const { random } = life
  const child = spawn(process.execPath, [SERVER, directory, point, String(random.int(1, 60))], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Most of a short life would go into compiling.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'event-store-crash-compiled') },
  })
  const died = new Promise<NodeJS.Signals | number | null>((resolve) =>
    child.on('exit', (code, signal) => resolve(signal ?? code)),
  )
  const ready = new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve))
  const first = await Promise.race([ready, died])
  // Its first write is one of its own, at the very start: who dies of that has met nobody.
  if (first === 'SIGKILL' && point !== 'never') return { sent: [], sightings: [] }
  if (typeof first !== 'string' || !first.startsWith('esdb'))
    throw new Error(`the server ended with ${first} before it was ready`)
  let timer: NodeJS.Timeout | undefined
  const delay = random.int(5, 300)
  const answered = (): void => {
    if (point === 'never') timer ??= setTimeout(() => child.kill('SIGKILL'), delay)
  }
  const observed = await load({ ...life, url: first, died, answered })
  clearTimeout(timer)
  const end = await died
  if (end !== 'SIGKILL') throw new Error(`the server ended with ${end}`)
  return observed
}

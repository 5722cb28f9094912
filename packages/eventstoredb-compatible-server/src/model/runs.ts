import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLogSubject } from './log-subject.ts'
import { runAgainstRules } from './run.ts'
import type { Open } from './subject.ts'
import { openWireSubject } from './wire-subject.ts'

/** One seed against the log itself. */
export const runOnLog = (seed: number): Promise<void> =>
  run(openLogSubject, { seed, rounds: 30, restarts: 0.08, overWire: false })

/** One seed against a server, over TCP. */
export const runOverWire = (seed: number): Promise<void> =>
  run(openWireSubject, { seed, rounds: 12, restarts: 0.1, overWire: true })

type Settings = Pick<Parameters<typeof runAgainstRules>[0], 'seed' | 'rounds' | 'restarts' | 'overWire'>

const run = async (openIn: (directory: string, now: () => number) => Open, settings: Settings): Promise<void> => {
  // In memory where there is such a place: what the disk does is not what the model is about.
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'event-store-model-'))
  let time = Date.parse('2026-01-01T00:00:00Z')
  const now = (): number => time
  try {
    await runAgainstRules({
      ...settings,
      largestRead: 12,
      open: openIn(directory, now),
      now,
      advance: (milliseconds) => (time += milliseconds),
    })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

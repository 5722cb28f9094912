import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLogSubject } from './log-subject.ts'
import { runAgainstRules } from './run.ts'

/** In memory where there is such a place: what the disk does is not what the model is about. */
const newDirectory = (): string => mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'event-store-model-'))

/** One seed against the log itself. */
export const runOnLog = async (seed: number, rounds: number): Promise<void> => {
  const directory = newDirectory()
  let now = Date.parse('2026-01-01T00:00:00Z')
  try {
    await runAgainstRules({
      seed,
      rounds,
      restarts: 0.08,
      largestRead: 12,
      softDeletesIfExists: true,
      open: openLogSubject(directory, () => now),
      now: () => now,
      advance: (milliseconds) => (now += milliseconds),
    })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

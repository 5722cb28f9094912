import { spawnSync } from 'node:child_process'
import { basename } from 'node:path'

/** A program that comes with Prometheus, and that a machine need not have. */
export type Program = 'promtool' | 'prometheus'

/** The commands of each that are asked for by tests answer at once. */
const limitMs = 60_000

/** Whether the machine has the program; if not, the test that asks is skipped, with a line that says so. */
export const hasProgram = (context: Mocha.Context, program: Program): boolean => {
  if (spawnSync(program, ['--version'], { timeout: limitMs }).status === 0) return true
  process.stdout.write(`      ${program} is not installed (Debian: apt-get install prometheus): skipped\n`)
  context.skip()
}

export type Told = { readonly code: number | null; readonly output: string }

/** What promtool says, whole. */
export const promtool = (words: readonly string[], input?: string): Told => {
  const { status, stdout, stderr, error } = spawnSync('promtool', words, {
    input,
    encoding: 'utf8',
    timeout: limitMs,
  })
  if (error !== undefined) throw new Error(`promtool ${basename(words[0] ?? '')} did not run`, { cause: error })
  return { code: status, output: `${stdout}${stderr}` }
}

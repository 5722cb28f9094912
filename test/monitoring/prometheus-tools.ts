import { spawnSync } from 'node:child_process'

/** A program that comes with Prometheus or its Alertmanager, and that a machine need not have. */
export type Program = 'promtool' | 'prometheus' | 'amtool'

const packages = { promtool: 'prometheus', prometheus: 'prometheus', amtool: 'prometheus-alertmanager' } as const

const limitMs = 110_000

/** Whether the machine has the program; if not, the test that asks is skipped, with a line that says so. */
export const hasProgram = (context: Mocha.Context, program: Program): boolean => {
  if (spawnSync(program, ['--version'], { timeout: limitMs }).status === 0) return true
  process.stdout.write(`      ${program} is not installed (Debian: apt-get install ${packages[program]}): skipped\n`)
  context.skip()
}

export type Told = { readonly code: number | null; readonly output: string }

/** What the program says, whole. */
export const told = (program: Program, words: readonly string[], input?: string): Told => {
  const { status, stdout, stderr, error } = spawnSync(program, words, { input, encoding: 'utf8', timeout: limitMs })
  if (error !== undefined) throw new Error(`${program} did not run`, { cause: error })
  return { code: status, output: `${stdout}${stderr}` }
}

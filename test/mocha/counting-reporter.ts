import { appendFileSync } from 'node:fs'
import { relative } from 'node:path'
import Mocha from 'mocha'
import { FileDurations } from './file-durations.ts'

/** In a title, where others are tried each day. */
const seeded = /\b[A-Z_]+_SEED=\d+/

/**
 * Mocha's own dots and failure list, what was skipped, which part of what is tried in time was tried in this run, and which files took
 * longest: where to begin when `npm test` comes near its ten minutes. The counts go to the file that TEST_COUNTS names, for the runner to add up.
 */
export default class CountingReporter extends Mocha.reporters.Dot {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options)
    const file = process.env['TEST_COUNTS']
    const skipped: string[] = []
    const seeds: string[] = []
    const durations = new FileDurations()
    const fileOf = (suite: Mocha.Suite) =>
      suite.parent?.root === true && suite.file !== undefined ? relative(process.cwd(), suite.file) : undefined
    runner.on('suite', (suite) => {
      const path = fileOf(suite)
      if (path !== undefined) durations.begun(path, performance.now())
      if (seeded.test(suite.title)) seeds.push(suite.fullTitle())
    })
    runner.on('suite end', (suite) => {
      const path = fileOf(suite)
      if (path !== undefined) durations.ended(path, performance.now())
    })
    // At once too: a long run may be broken off before its end.
    runner.on('fail', (test, error) => {
      Mocha.reporters.Base.consoleLog(`\n  failed: ${test.fullTitle()}: ${String(error)}`)
    })
    runner.on('pending', (test) => skipped.push(test.fullTitle()))
    runner.once('end', () => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {}
      for (const title of skipped) Mocha.reporters.Base.consoleLog(`  skipped: ${title}`)
      for (const title of seeds) Mocha.reporters.Base.consoleLog(`  tried: ${title}`)
      for (const line of durations.slowest(12, 3_000)) Mocha.reporters.Base.consoleLog(`  ${line}`)
      if (file !== undefined) appendFileSync(file, `${JSON.stringify({ passes, failures, pending })}\n`)
    })
  }
}

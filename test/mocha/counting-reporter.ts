import { appendFileSync } from 'node:fs'
import Mocha from 'mocha'

/** Mocha's own dots and failure list, and what was skipped; the counts go to the file that TEST_COUNTS names, for the runner to add up. */
export default class CountingReporter extends Mocha.reporters.Dot {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options)
    const file = process.env['TEST_COUNTS']
    const skipped: string[] = []
    runner.on('pending', (test) => skipped.push(test.fullTitle()))
    runner.once('end', () => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {}
      for (const title of skipped) Mocha.reporters.Base.consoleLog(`  skipped: ${title}`)
      if (file !== undefined) appendFileSync(file, `${JSON.stringify({ passes, failures, pending })}\n`)
    })
  }
}

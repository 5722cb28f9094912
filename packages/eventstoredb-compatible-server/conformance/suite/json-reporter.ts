import Mocha from 'mocha'

type Outcome = {
  readonly rule: string
  readonly state: 'holds' | 'broken' | 'skipped'
  readonly milliseconds: number
  readonly error?: string
}

/** One JSON document at the end. Mocha's own reporter cannot write errors that hold bigints, as the client's do. */
export class JsonReporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options)
    const rules: Outcome[] = []
    const add = (test: Mocha.Runnable, state: Outcome['state'], error?: Error): void => {
      rules.push({
        rule: test.fullTitle(),
        state,
        milliseconds: test.duration ?? 0,
        ...(error === undefined ? {} : { error: error.message }),
      })
    }
    runner
      .on('pass', (test) => add(test, 'holds'))
      .on('fail', (test, error) => add(test, 'broken', error as Error))
      .on('pending', (test) => add(test, 'skipped'))
      .once('end', () => {
        const count = (state: Outcome['state']): number => rules.filter((rule) => rule.state === state).length
        const document = { holds: count('holds'), broken: count('broken'), skipped: count('skipped'), rules }
        process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
      })
  }
}

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import type { Costs } from './measure.ts'

describe('the bench of the webhooks', () => {
  it('measures each kind in turn, and each is answered as it has to be', async () => {
    const program = fileURLToPath(new URL('run.ts', import.meta.url))
    const sizes = ['--count', '10', '--rounds', '1', '--json']
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...sizes])
    // What it prints is checked below.
    const { costs } = JSON.parse(stdout) as { costs: Costs }
    expect(Object.entries(costs).map(([kind, rounds]) => [kind, rounds.length])).to.deep.equal([
      ['good', 1],
      ['wrongly signed', 1],
      ['of a megabyte', 1],
    ])
    for (const [kind, [cost]] of Object.entries(costs)) expect(cost?.api, kind).to.be.greaterThan(0)
  }).timeout(60_000)
})

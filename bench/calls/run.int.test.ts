import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import type { Measured } from './measure.ts'

describe('the bench of the calls', () => {
  it('measures mails and charges, each way in turn', async () => {
    const program = fileURLToPath(new URL('run.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [
      program,
      '--calls',
      '10',
      '--rounds',
      '1',
      '--json',
    ])
    // What it prints is checked below.
    const { measured } = JSON.parse(stdout) as { measured: Measured[] }
    expect(measured.map(({ kind, way, rounds }) => [kind, way, rounds.length])).to.deep.equal([
      ['mail', 'shop', 1],
      ['mail', 'bare', 1],
      ['charge', 'shop', 1],
      ['charge', 'bare', 1],
    ])
    for (const {
      kind,
      way,
      rounds: [round],
    } of measured)
      expect(round?.callerUs, `${kind}, ${way}`).to.be.greaterThan(0)
  }).timeout(60_000)
})

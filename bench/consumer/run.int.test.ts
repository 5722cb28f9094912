import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import type { Measured } from './measure.ts'

describe('the bench of the consumer', () => {
  for (const [what, rate, ways] of [
    ['a log that is there', '0', ['shop', 'textbook', 'bare']],
    ['orders as they come', '50', ['shop']],
  ] as const) {
    it(`measures its ways in turn, with ${what}`, async () => {
      const program = fileURLToPath(new URL('run.ts', import.meta.url))
      const { stdout } = await promisify(execFile)(process.execPath, [
        program,
        '--orders',
        '3',
        '--rounds',
        '1',
        '--rate',
        rate,
        '--ways',
        ways.join(','),
        '--json',
      ])
      // What it prints is checked below.
      const { measured } = JSON.parse(stdout) as { measured: Measured[] }
      expect(measured.map(({ way, rounds }) => [way, rounds.length])).to.deep.equal(ways.map((way) => [way, 1]))
      for (const { way, rounds } of measured) {
        for (const { perSecond, consumerUs } of rounds) {
          expect(perSecond, way).to.be.greaterThan(0)
          expect(consumerUs, way).to.be.greaterThan(0)
        }
      }
    }).timeout(120_000)
  }
})

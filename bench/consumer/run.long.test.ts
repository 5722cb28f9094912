import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import type { MemorySample } from './behind.ts'
import type { Measured } from './measure.ts'

describe('the bench of the consumer', function () {
  this.timeout(120_000)
  const run = async (...options: readonly string[]): Promise<unknown> => {
    const program = fileURLToPath(new URL('run.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [program, '--json', ...options])
    return JSON.parse(stdout)
  }
  // What they print is checked below.
  const measure = async (...options: readonly string[]): Promise<readonly Measured[]> =>
    ((await run('--orders', '3', '--rounds', '1', ...options)) as { measured: Measured[] }).measured

  for (const [what, ways, options] of [
    ['a log that is there', ['shop', 'textbook', 'bare'], []],
    ['orders as they come', ['shop'], ['--rate', '50', '--ways', 'shop']],
    ['one group that handles everything', ['shop', 'bare'], ['--one-group', '--ways', 'shop,bare']],
  ] as const) {
    it(`measures its ways in turn, with ${what}`, async () => {
      const measured = await measure(...options)
      expect(measured.map(({ way, rounds }) => [way, rounds.length])).to.deep.equal(ways.map((way) => [way, 1]))
      for (const { way, rounds } of measured) {
        for (const { perSecond, consumerUs } of rounds) {
          expect(perSecond, way).to.be.greaterThan(0)
          expect(consumerUs, way).to.be.greaterThan(0)
        }
      }
    })
  }

  it('counts what each source delivers for an order', async () => {
    const measured = await measure('--sources', '--rate', '50')
    const counts = measured.map(({ way, rounds }) => [way, rounds.map(({ deliveries }) => deliveries)])
    expect(Object.fromEntries(counts)).to.deep.equal({ bare: [40], categories: [18], filtered: [6], shop: [40] })
    for (const { way, rounds } of measured)
      for (const { delayP50, delayP99 } of rounds) expect(delayP99, way).to.be.at.least(delayP50).and.above(0)
  })

  it('looks at the memory while a group consumes what is behind it', async () => {
    // The same.
    const { memory } = (await run('--behind', '400')) as { memory: MemorySample[] }
    expect(memory.map(({ handled }) => handled)).to.deep.equal(Array.from({ length: 20 }, (_, at) => 20 * (at + 1)))
    for (const { heapMiB, residentMiB } of memory) expect(residentMiB).to.be.greaterThan(heapMiB).and.above(0)
  })
})

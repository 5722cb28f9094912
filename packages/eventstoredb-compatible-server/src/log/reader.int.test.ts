import { expect } from 'chai'
import { pagesFrom } from '../testing/pages.ts'
import { createRandom } from '../testing/random.ts'
import { openLog } from './open-log.ts'
import type { AllPage } from './types.ts'

const SIZE = 100_000
const COUNT = 40

describe('pages of large records', () => {
  it('end early, in either direction, and the next one goes on', async () => {
    const random = createRandom(1)
    const log = openLog({ directory: 'memory' })
    const written = Array.from({ length: COUNT }, () => ({
      id: random.uuid(),
      type: 'Large',
      isJson: false,
      data: Buffer.alloc(SIZE),
      metadata: Buffer.alloc(0),
    }))
    for (const record of written) await log.append('s', 'any', [record])
    const read = (
      start: bigint | 'end',
      page: (from: bigint | 'end') => Pick<AllPage, 'records' | 'next'>,
    ): readonly (readonly string[])[] => pagesFrom(start, page).map((records) => records.map(({ id }) => id))
    const ids = written.map(({ id }) => id)
    for (const [pages, expected] of [
      [read(0n, (from) => log.readAll(from, 'forwards', 1_000)), ids],
      [read('end', (from) => log.readAll(from, 'backwards', 1_000)), ids.toReversed()],
      [read(0n, (from) => log.readStream('s', from, 'forwards', 1_000)), ids],
      [read('end', (from) => log.readStream('s', from, 'backwards', 1_000)), ids.toReversed()],
    ] as const) {
      expect(pages.flat()).to.deep.equal(expected)
      expect(Math.max(...pages.map(({ length }) => length))).to.equal(11)
    }
    await log.close()
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import { openLog } from '../log/open-log.ts'
import { createRandom } from '../testing/random.ts'

const STREAMS = 10_000
const EVENTS = 1_000_000
const MEGABYTE = 1024 * 1024

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** What stays when everything that can go has gone. */
const heap = (): number => {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / MEGABYTE
}

describe('a million events in ten thousand streams', () => {
  it('are written and read in the memory that a tenth of them takes', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'event-store-bounds-'))
    const random = createRandom(1)
    const log = openLog({ directory })
    try {
      const data = Buffer.from(JSON.stringify({ text: 'x'.repeat(150) }))
      const append = (stream: number) =>
        log.append(
          `stream-${stream}`,
          'any',
          Array.from({ length: 10 }, () => ({
            id: random.uuid(),
            type: 'Counted',
            isJson: true,
            data,
            metadata: Buffer.alloc(0),
          })),
        )
      const sizes: number[] = []
      for (let written = 0; written < EVENTS;) {
        await Promise.all(Array.from({ length: 1_000 }, (_, index) => append((written / 10 + index) % STREAMS)))
        written += 10_000
        // By a tenth of them every stream has been there, and as many ids as are ever remembered.
        if (written % (EVENTS / 10) === 0) sizes.push(heap())
      }
      const atTenth = sizes[0] ?? 0
      expect(Math.max(...sizes), `written, MB: ${sizes.map(Math.round).join()}`).to.be.lessThan(atTenth + 24)

      let read = 0
      let from: bigint | undefined = 0n
      let largest = 0
      while (from !== undefined) {
        const page = log.readAll(from, 'forwards', 1_000)
        read += page.records.length
        from = page.next
        if (read % (EVENTS / 10) === 0) largest = Math.max(largest, heap())
      }
      expect(read).to.equal(EVENTS)
      for (let stream = 0; stream < STREAMS; stream += 1)
        read += log.readStream(`stream-${stream}`, 0n, 'forwards', 1_000).records.length
      expect(read).to.equal(2 * EVENTS)
      expect(Math.max(largest, heap()), 'while reading, MB').to.be.lessThan(atTenth + 24)
      process.stdout.write(
        `event store, a million events: heap ${sizes.map(Math.round).join(' ')} MB writing, at most ${Math.round(largest)} MB reading\n`,
      )
    } finally {
      await log.close()
      rmSync(directory, { recursive: true, force: true })
    }
  })
})

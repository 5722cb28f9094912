import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect } from 'chai'
import { createRandom } from '../testing/random.ts'
import { LogClosed } from './log-closed.ts'
import { openLog } from './open-log.ts'
import type { ProposedRecord } from './types.ts'

const MEGABYTE = 1_048_576

describe('the writer of the log', () => {
  let directory = ''
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'event-store-writer-'))))
  afterEach(() => rmSync(directory, { recursive: true, force: true }))
  const random = createRandom(1)
  const record = (size: number): ProposedRecord => ({
    id: random.uuid(),
    type: 'Written',
    isJson: false,
    data: Buffer.alloc(size),
    metadata: Buffer.alloc(0),
  })

  it('ends with what is on its way to the disk, and refuses what waits behind it', async () => {
    const log = openLog({ directory })
    await log.append('s-first', 'any', [record(10)])
    const answers = Promise.allSettled(
      Array.from({ length: 40 }, (_, index) => log.append(`s-${index}`, 'any', [record(MEGABYTE)])),
    )
    await nextTurn()
    await nextTurn()
    await log.close()
    const settled = await answers
    const answered = settled.flatMap(({ status }, index) => (status === 'fulfilled' ? [`s-${index}`] : []))
    expect(answered.length).to.be.within(1, 39)
    for (const one of settled) if (one.status === 'rejected') expect(one.reason).to.be.instanceOf(LogClosed)
    const again = openLog({ directory })
    const there = Array.from({ length: 40 }, (_, index) => `s-${index}`).filter(
      (stream) => again.lastRevision(stream) !== undefined,
    )
    await again.close()
    expect(there).to.deep.equal(answered)
  })

  it('puts no more than some megabytes into one transaction', async () => {
    const log = openLog({ directory })
    const groups: number[] = []
    log.onCommitted((records) => groups.push(records.length))
    await Promise.all(Array.from({ length: 20 }, () => log.append('s', 'any', [record(MEGABYTE)])))
    await log.close()
    expect(groups).to.deep.equal([8, 8, 4])
  })
})

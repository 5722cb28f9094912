import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { open } from 'lmdb'
import { openLog } from '../open-log.ts'

const PAGE = 4_096

describe('a file that was being made when the machine stopped', () => {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'event-store-first-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  /** The first pages as lmdb makes them, before anything is written. */
  const fresh = async (): Promise<Buffer> => {
    const root = open({ path: directory, noSubdir: false, overlappingSync: false })
    await root.close()
    return readFileSync(join(directory, 'data.mdb'))
  }

  for (const length of [0, 100, PAGE, PAGE + 100]) {
    it(`is begun anew when there are ${length} bytes of it`, async () => {
      const file = await fresh()
      expect(file.length).to.equal(2 * PAGE)
      writeFileSync(join(directory, 'data.mdb'), file.subarray(0, length))
      const log = openLog({ directory })
      expect(log.readAll(0n, 'forwards', 10).records).to.deep.equal([])
      await log.close()
    })
  }

  it('is refused when data was there before', async () => {
    await openLog({ directory }).close()
    const whole = readFileSync(join(directory, 'data.mdb'))
    rmSync(join(directory, 'data.mdb'))
    writeFileSync(
      join(directory, 'data.mdb'),
      Buffer.concat([(await fresh()).subarray(0, PAGE), Buffer.alloc(whole.length - PAGE)]),
    )
    expect(() => openLog({ directory })).to.throw('does not begin as it should')
  })
})

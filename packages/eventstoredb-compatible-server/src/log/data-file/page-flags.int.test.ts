import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openLog } from '../open-log.ts'
import { checkDataFile } from './check-data-file.ts'
import { parseMeta } from './meta-pages.ts'

const FLAGS = 18

describe('the flags of a page', () => {
  let directory = ''
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'event-store-flags-'))
    await openLog({ directory }).close()
  })
  after(() => rmSync(directory, { recursive: true, force: true }))

  /** Where the root of the tables lies in the file. */
  const rootIn = (file: Buffer): number => {
    const metas = [parseMeta(file.subarray(0, 4_096)), parseMeta(file.subarray(4_096, 8_192))].filter(
      (meta) => meta !== undefined,
    )
    const meta = metas.sort((a, b) => Number(b.transaction - a.transaction))[0]
    if (meta === undefined) throw new Error('the file has no meta page')
    return Number(meta.trees[1].readBigUInt64LE(40)) * meta.pageSize
  }

  for (const [what, flag] of [
    ['loose', 0x4000],
    ['to be kept', 0x8000],
    ['a part of another', 0x40],
  ] as const) {
    it(`are refused when they say that it is ${what}: lmdb would leave it out of its next transaction, or go astray`, () => {
      const path = join(directory, 'data.mdb')
      const sound = readFileSync(path)
      const file = Buffer.from(sound)
      const at = rootIn(file) + FLAGS
      file.writeUInt16LE(file.readUInt16LE(at) | flag, at)
      writeFileSync(path, file)
      expect(() => checkDataFile(directory)).to.throw('is not the one that was written')
      writeFileSync(path, sound)
      expect(() => checkDataFile(directory)).not.to.throw()
    })
  }
})

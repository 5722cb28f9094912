import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openLog } from '../open-log.ts'
import { checkDataFile } from './check-data-file.ts'
import { parseMeta } from './meta-pages.ts'

const PAGE_HEADER = 24
const NODE_HEADER = 8

describe('the list of free pages', () => {
  let directory = ''
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'event-store-free-'))
    const log = openLog({ directory })
    for (let count = 0; count < 30; count += 1) {
      const event = {
        id: `00000000-0000-4000-8000-0000000000${String(count + 10)}`,
        type: 'Written',
        isJson: true,
        data: Buffer.alloc(600),
        metadata: Buffer.alloc(0),
      }
      await log.append(`s-${count % 5}`, 'any', [event])
    }
    await log.close()
  })
  after(() => rmSync(directory, { recursive: true, force: true }))

  type List = { readonly length: number; readonly lastPage: number; write(index: number, number: number): void }

  /** One stored list of free pages: how many follow, then their numbers. */
  const listIn = (file: Buffer): List => {
    const metas = [parseMeta(file.subarray(0, 4_096)), parseMeta(file.subarray(4_096, 8_192))].filter(
      (meta) => meta !== undefined,
    )
    const meta = metas.sort((a, b) => Number(b.transaction - a.transaction))[0]
    if (meta === undefined) throw new Error('the file has no meta page')
    const page = Number(meta.trees[0].readBigUInt64LE(40)) * meta.pageSize
    const node = page + PAGE_HEADER + file.readUInt16LE(page + PAGE_HEADER)
    const start = node + NODE_HEADER + file.readUInt16LE(node + 6)
    return {
      length: file.readUInt32LE(node) / 8,
      lastPage: meta.lastPage,
      write: (index, number) => {
        file.writeBigInt64LE(BigInt(number), start + 8 * index)
      },
    }
  }

  const damaged = (change: (list: List) => void): string => {
    const copy = mkdtempSync(join(tmpdir(), 'event-store-free-'))
    const file = readFileSync(join(directory, 'data.mdb'))
    change(listIn(file))
    writeFileSync(join(copy, 'data.mdb'), file)
    return copy
  }
  const check = (copy: string) => (): void => {
    try {
      checkDataFile(copy)
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
  }

  it('is taken as it was written', () => {
    expect(check(damaged(({ length }) => expect(length).to.be.greaterThan(1)))).not.to.throw()
  })
  it('is refused where it names a page beyond the last one, which lmdb would write to', () => {
    expect(check(damaged((list) => list.write(1, list.lastPage + 1_000)))).to.throw('is free, and there is none')
  })
  it('is refused where it says that it is longer than it is', () => {
    expect(check(damaged((list) => list.write(0, list.length + 5)))).to.throw('longer than it can be')
  })
})

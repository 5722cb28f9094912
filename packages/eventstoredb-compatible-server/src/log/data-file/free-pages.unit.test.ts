import { expect } from 'chai'
import { DamagedData } from '../damaged-data.ts'
import { freePagesOf } from './free-pages.ts'

describe('a list of free pages', () => {
  const list = (...numbers: readonly bigint[]): Buffer => {
    const bytes = Buffer.alloc(8 * numbers.length)
    numbers.forEach((number, index) => bytes.writeBigInt64LE(number, 8 * index))
    return bytes
  }
  const pages = (bytes: Buffer) => [...freePagesOf(bytes, 100)]

  it('has pages, and runs of them', () => {
    expect(pages(list(4n, 90n, -3n, 20n, 7n))).to.deep.equal([90, 20, 21, 22, 7])
    expect(pages(list(0n))).to.deep.equal([])
  })

  it('is damaged where it is longer than it can be', () => {
    for (const bytes of [Buffer.alloc(4), list(-1n), list(3n, 5n), list(2n, -101n, 5n), list(2n, -(2n ** 62n), 5n)])
      expect(() => pages(bytes)).to.throw(DamagedData)
  })
})

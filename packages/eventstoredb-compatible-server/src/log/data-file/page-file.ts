import { readSync } from 'node:fs'
import { DamagedData } from '../damaged-data.ts'

/** lmdb's file by its pages. */
export class PageFile {
  readonly #descriptor: number
  readonly pageSize: number

  constructor(descriptor: number, pageSize: number) {
    this.#descriptor = descriptor
    this.pageSize = pageSize
  }

  /** One page or several that follow one another, into `buffer` if it is large enough. */
  read(page: number, count: number, buffer: Buffer): Buffer {
    const length = count * this.pageSize
    const into = buffer.length >= length ? buffer.subarray(0, length) : Buffer.allocUnsafe(length)
    let read = 0
    while (read < length) {
      const more = readSync(this.#descriptor, into, read, length - read, page * this.pageSize + read)
      if (more === 0) throw new DamagedData(`the file ends before page ${page + count - 1}`)
      read += more
    }
    return into
  }
}

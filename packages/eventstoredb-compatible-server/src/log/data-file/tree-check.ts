import { DamagedData } from '../damaged-data.ts'
import type { Meta } from './meta-pages.ts'
import type { PageFile } from './page-file.ts'

const BRANCH = 0x01
const LEAF = 0x02
const OVERFLOW = 0x04
/** All flags but the one for a page that was changed: lmdb believes others too, also those that only pages in memory have. */
const FLAGS = 0xffef

const PAGE_HEADER = 24
const NODE_HEADER = 8
const HAS_OVERFLOW = 0x01
const IS_TREE = 0x02
const TREE_LENGTH = 48
/** Also how lmdb marks the list of free pages. */
const INTEGER_KEYS = 0x08
const NO_ROOT = 0xffff_ffff_ffff_ffffn

type Visit = (key: Buffer, value: Buffer) => void

/**
 * Goes through the pages that belong to a transaction, as lmdb would find them, and throws where lmdb would stumble or go astray: it
 * trusts what it reads, and a damaged page can end the process. Key and value that are visited are only good until the visit ends.
 */
export class TreeCheck {
  readonly #file: PageFile
  readonly #meta: Meta
  readonly #used: Uint8Array
  readonly #buffers: Buffer[] = []

  constructor(file: PageFile, meta: Meta) {
    this.#file = file
    this.#meta = meta
    this.#used = new Uint8Array(meta.lastPage + 1)
  }

  /** `visit` is asked for by the tree's name and gets its entries. Keys of `unordered` trees do not sort as bytes. */
  check(name: string, tree: Buffer, visitOf: (name: string) => Visit | undefined, unordered = false): void {
    const depth = tree.readUInt16LE(6)
    const root = tree.readBigUInt64LE(40)
    const visit = visitOf(name)
    if (tree.readUInt16LE(4) !== (unordered ? INTEGER_KEYS : 0)) throw new DamagedData(`"${name}" is no table of ours`)
    const within: [string, Buffer][] = []
    let entries = 0n
    let floor: { readonly key: Buffer; readonly inclusive: boolean } | undefined
    const rise = (key: Buffer, isSeparator: boolean): void => {
      const order = floor === undefined || unordered ? 1 : Buffer.compare(key, floor.key)
      if (order < 0 || (order === 0 && floor?.inclusive !== true))
        throw new DamagedData(`keys of "${name}" are out of order`)
      floor = { key: Buffer.from(key), inclusive: isSeparator }
    }
    const go = (number: number, level: number): void => {
      const page = this.#page(number, 1, level < depth ? BRANCH : LEAF, level)
      this.#nodes(page, number).forEach((at, index) => {
        const key = page.subarray(at + NODE_HEADER, at + NODE_HEADER + page.readUInt16LE(at + 6))
        if (level < depth) {
          if (index > 0) rise(key, true)
          go(page.readUIntLE(at, 6), level + 1)
          return
        }
        rise(key, false)
        entries += 1n
        const value = this.#value(page, at, number)
        if ((page.readUInt16LE(at + 4) & IS_TREE) !== 0) within.push([nameOf(key), Buffer.from(value)])
        else visit?.(key, value)
      })
    }
    if (root !== NO_ROOT) go(this.#pageNumber(root), 1)
    if (entries !== tree.readBigUInt64LE(32))
      throw new DamagedData(`"${name}" has ${entries} entries, not ${tree.readBigUInt64LE(32)}`)
    for (const [inner, description] of within) this.check(inner, description, visitOf)
  }

  isUsed(page: number): boolean {
    return this.#used[page] === 1
  }

  #pageNumber(number: bigint): number {
    if (number < 2n || number > BigInt(this.#meta.lastPage)) throw new DamagedData(`there is no page ${number}`)
    return Number(number)
  }

  #page(number: number, count: number, kind: number, level: number): Buffer {
    if (this.#pageNumber(BigInt(number)) + count - 1 > this.#meta.lastPage)
      throw new DamagedData(`page ${number} goes on beyond the last one`)
    for (let one = number; one < number + count; one += 1) {
      if (this.#used[one] !== 0) throw new DamagedData(`page ${one} is used twice`)
      this.#used[one] = 1
    }
    const buffer = (this.#buffers[level] ??= Buffer.allocUnsafe(this.#meta.pageSize * (kind === OVERFLOW ? 16 : 1)))
    const page = this.#file.read(number, count, buffer)
    if (
      page.readBigUInt64LE(0) !== BigInt(number) ||
      (page.readUInt16LE(18) & FLAGS) !== kind ||
      page.readBigUInt64LE(8) > this.#meta.transaction
    ) {
      throw new DamagedData(`page ${number} is not the one that was written`)
    }
    return page
  }

  /** Where the nodes of a page begin. */
  #nodes(page: Buffer, number: number): readonly number[] {
    const [lower, upper] = [page.readUInt16LE(20), page.readUInt16LE(22)]
    if (lower === 0 || lower % 2 !== 0 || lower > upper || upper + PAGE_HEADER > page.length)
      throw new DamagedData(`page ${number} has no sound list of nodes`)
    return Array.from({ length: lower / 2 }, (_, index) => {
      const offset = page.readUInt16LE(PAGE_HEADER + 2 * index)
      const at = PAGE_HEADER + offset
      if (
        offset < upper ||
        at + NODE_HEADER > page.length ||
        at + NODE_HEADER + page.readUInt16LE(at + 6) > page.length
      ) {
        throw new DamagedData(`page ${number} has a node outside of it`)
      }
      return at
    })
  }

  #value(page: Buffer, at: number, number: number): Buffer {
    const length = page.readUInt32LE(at)
    const flags = page.readUInt16LE(at + 4)
    const start = at + NODE_HEADER + page.readUInt16LE(at + 6)
    const inPage = flags === HAS_OVERFLOW ? TREE_LENGTH / 2 : length
    if (flags > IS_TREE || start + inPage > page.length || (flags === IS_TREE && length !== TREE_LENGTH)) {
      throw new DamagedData(`page ${number} has a value that is not sound`)
    }
    if (flags !== HAS_OVERFLOW) return page.subarray(start, start + length)
    const count = Number(page.readBigUInt64LE(start + 16))
    if (count !== Math.floor((PAGE_HEADER - 1 + length) / this.#meta.pageSize) + 1)
      throw new DamagedData(`page ${number} has a long value that is not sound`)
    const long = this.#page(this.#pageNumber(page.readBigUInt64LE(start)), count, OVERFLOW, 0)
    return long.subarray(PAGE_HEADER, PAGE_HEADER + length)
  }
}

const nameOf = (key: Buffer): string => key.toString('utf8').replace(/\0$/, '')

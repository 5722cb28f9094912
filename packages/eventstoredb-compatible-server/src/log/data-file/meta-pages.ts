/**
 * The first two pages of lmdb's file: each is where a transaction begins to be read, and they take turns, so that the last but one
 * transaction is still whole while the next is being written. 64-bit, little-endian, as on every machine that Node's lmdb runs on.
 */
export type Meta = {
  readonly pageSize: number
  readonly transaction: bigint
  /** Tells between which starts of the machine the page was written. */
  readonly bootId: bigint
  readonly lastPage: number
  /** Where the descriptions of the free list and of the main tree lie in the page. */
  readonly trees: readonly [Buffer, Buffer]
}

const MAGIC = 0xbeefc0de
const VERSION = 2
const IS_META = 0x08

const FLAGS = 18
const MAGIC_AT = 24
const VERSION_AT = 28
const MAP_SIZE = 40
const TREES = 48
const TREE_LENGTH = 48
const LAST_PAGE = TREES + 2 * TREE_LENGTH
const TRANSACTION = LAST_PAGE + 8
const BOOT_ID = TRANSACTION + 8
const META_LENGTH = BOOT_ID + 8

/** Undefined when these bytes are not the beginning of a meta page. */
export const parseMeta = (page: Buffer): Meta | undefined => {
  if (page.length < META_LENGTH || (page.readUInt16LE(FLAGS) & IS_META) === 0) return undefined
  if (page.readUInt32LE(MAGIC_AT) !== MAGIC || (page.readUInt32LE(VERSION_AT) & 0xffff) !== VERSION) return undefined
  const pageSize = page.readUInt32LE(TREES)
  const mapSize = page.readBigUInt64LE(MAP_SIZE)
  const lastPage = page.readBigUInt64LE(LAST_PAGE)
  if (pageSize < 256 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) return undefined
  if (lastPage < 1n || lastPage * BigInt(pageSize) > mapSize) return undefined
  return {
    pageSize,
    transaction: page.readBigUInt64LE(TRANSACTION),
    bootId: page.readBigInt64LE(BOOT_ID),
    lastPage: Number(lastPage),
    trees: [page.subarray(TREES, TREES + TREE_LENGTH), page.subarray(TREES + TREE_LENGTH, LAST_PAGE)],
  }
}

/** One meta page made anew from the other, as of the transaction before: by the number of its transaction it is the older one. */
export const otherMetaFrom = (page: Buffer): Buffer => {
  const other = Buffer.from(page)
  other.writeBigUInt64LE(1n - page.readBigUInt64LE(0), 0)
  other.writeBigUInt64LE(page.readBigUInt64LE(TRANSACTION) - 1n, TRANSACTION)
  return other
}

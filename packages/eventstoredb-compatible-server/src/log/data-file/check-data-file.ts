import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { DamagedData } from '../damaged-data.ts'
import { freePagesOf } from './free-pages.ts'
import { syncDirectory } from '../durable-directory.ts'
import { unseal } from '../seal.ts'
import { otherMetaFrom, parseMeta, type Meta } from './meta-pages.ts'
import { PageFile } from './page-file.ts'
import { requireRoom } from './room.ts'
import { TreeCheck } from './tree-check.ts'

const PAGE_SIZES = [4_096, 8_192, 16_384, 32_768, 65_536]

/** Up to this size a file is looked through at every start; it takes some five seconds a gigabyte. */
const SMALL = 32 * 1024 * 1024

const KNOWN = 'event-store.txt'

/**
 * Marks the directory as one where data has been; from then on a file that is gone or empty is not taken for a new one. Makes sure
 * that what is there by now is still there after a power cut.
 */
export const markAsKnown = (directory: string): void => {
  const path = join(directory, KNOWN)
  if (existsSync(path)) return
  writeFileSync(
    path,
    'The data of an event store lies here, in data.mdb. To begin anew, delete the whole directory.\n',
    { flush: true },
  )
  syncDirectory(directory)
}

/**
 * Looks at lmdb's file before lmdb does, which maps it into memory and trusts it: a file that is cut short or damaged would end the
 * process without a word, and an empty one would pass for a new one. Puts right what a power cut leaves (a torn meta page, an end that
 * was not written yet) and throws `DamagedData` at anything else. Every page and checksum is looked at when the file is small, when
 * something is amiss, and when the machine was started since the last write: the death of a process alone tears no page.
 */
export const checkDataFile = (directory: string): void => {
  requireRoom(directory)
  const isKnown = existsSync(join(directory, KNOWN))
  const path = join(directory, 'data.mdb')
  const descriptor = existsSync(path) ? openSync(path, 'r+') : undefined
  try {
    const size = descriptor === undefined ? 0 : fstatSync(descriptor).size
    if (descriptor === undefined || size === 0) {
      if (isKnown) throw new DamagedData(`${path} is empty or gone; to begin anew, delete the whole directory`)
      return
    }
    const meta = soundMeta(descriptor)
    if (meta === undefined) {
      if (isKnown || size > 2 * Math.max(...PAGE_SIZES)) throw new DamagedData(`${path} does not begin as it should`)
      // Whoever made it was stopped before there was anything in it.
      rmSync(path)
      return
    }
    const whole = (meta.lastPage + 1) * meta.pageSize
    if (size < Math.max(whole, SMALL) || wasWrittenBeforeThisBoot(meta))
      checkPages(new PageFile(descriptor, meta.pageSize), meta)
    // The last pages may be free ones that were never written; mapped, they must exist all the same.
    if (size < whole) ftruncateSync(descriptor, whole)
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/** False too where the system does not say. */
const wasWrittenBeforeThisBoot = ({ bootId }: Meta): boolean => {
  const path = '/proc/sys/kernel/random/boot_id'
  const current = existsSync(path) ? readFileSync(path, 'utf8').split('-')[0] : undefined
  return current !== undefined && BigInt(`0x${current}`) !== bootId
}

/** The newer meta page. Where one of the two is not sound, it is made anew from the other. */
const soundMeta = (descriptor: number): Meta | undefined => {
  const first = parseMeta(readAt(descriptor, 0, 4_096))
  const sizes = first === undefined ? PAGE_SIZES : [first.pageSize]
  for (const pageSize of sizes) {
    const page = readAt(descriptor, pageSize, pageSize)
    const second = parseMeta(page)
    if (first !== undefined && second?.pageSize === pageSize) return newerOf(first, second)
    if (first === undefined && second?.pageSize !== pageSize) continue
    const sound = second ?? first
    // Both are written before the first transaction: whoever made the file was stopped on the way.
    if (sound?.transaction === 0n) return undefined
    rewrite(
      descriptor,
      second === undefined ? pageSize : 0,
      otherMetaFrom(second === undefined ? readAt(descriptor, 0, pageSize) : page),
    )
    return sound
  }
  return undefined
}

/** They take turns: the even transactions write the first page, the odd ones the second. Both are 0 before there was any. */
const newerOf = (first: Meta, second: Meta): Meta => {
  const apart = first.transaction - second.transaction
  const isNew = first.transaction === 0n && apart === 0n
  if (!isNew && (first.transaction % 2n !== 0n || (apart !== 1n && apart !== -1n)))
    throw new DamagedData('its first two pages contradict each other')
  return apart > 0n ? first : second
}

const TABLES = new Set(['counters', 'index', 'marks', 'records', 'streams'])

const checkPages = (file: PageFile, meta: Meta): void => {
  const check = new TreeCheck(file, meta)
  const free: number[] = []
  const note = (_transaction: Buffer, list: Buffer) => {
    for (const page of freePagesOf(list, meta.lastPage)) free.push(page)
  }
  check.check('free pages', meta.trees[0], () => note, true)
  let isSealed = false
  check.check('tables', meta.trees[1], (name) => {
    if (name === 'tables') return undefined
    if (!TABLES.has(name)) throw new DamagedData(`there is no table "${name}"`)
    return (key, value) => {
      // The table of counters comes first, and the number of the format is the only one of its values without a checksum.
      if (name === 'counters' && key.toString() === 'format') isSealed = value.readUInt32BE(0) >= 2
      else if (isSealed) unseal(name, key, value)
    }
  })
  const both = free.find((page) => check.isUsed(page))
  if (both !== undefined) throw new DamagedData(`page ${both} is used, and free to be written over`)
  // lmdb would write to such a page without looking where it is, or give one page to two.
  const nowhere = free.find((page) => page < 2 || page > meta.lastPage)
  if (nowhere !== undefined) throw new DamagedData(`page ${nowhere} is free, and there is none`)
  if (new Set(free).size !== free.length) throw new DamagedData('a page is free twice')
}

const readAt = (descriptor: number, position: number, length: number): Buffer => {
  const bytes = Buffer.alloc(length)
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position))
}

const rewrite = (descriptor: number, position: number, page: Buffer): void => {
  writeSync(descriptor, page, 0, page.length, position)
  fsyncSync(descriptor)
}

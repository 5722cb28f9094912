import { existsSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

const FIRST_PAGES = 1024 ** 2

/** lmdb maps its files into memory as it makes them; where there is no room for their first pages the process ends without a word. */
export const requireRoom = (directory: string): void => {
  if (existsSync(join(directory, 'data.mdb')) && existsSync(join(directory, 'lock.mdb'))) return
  const { bavail, blocks, bsize } = statfsSync(directory)
  // Where the size is not limited, or not known, there are no blocks at all.
  if (blocks > 0 && bavail * bsize < FIRST_PAGES)
    throw new Error(`There is no room left on the disk for data in ${directory}.`)
}

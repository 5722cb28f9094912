import { chmodSync, lstatSync, mkdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const othersMayEnter = 0o001
const othersMayWrite = 0o022

const isOpenToAll = (folder: string): boolean => {
  const stat = statSync(folder, { throwIfNoEntry: false })
  if (stat?.isDirectory() !== true || (stat.mode & othersMayEnter) === 0) return false
  return dirname(folder) === folder || isOpenToAll(dirname(folder))
}

const tryToMake = (folder: string): boolean => {
  try {
    mkdirSync(folder, { recursive: true })
    return true
  } catch {
    return false // a read-only place: the next candidate is asked
  }
}

/**
 * The folder that root shares with the unprivileged user: a checkout, and `node_modules` with it, may lie where only root can enter.
 * `/var/lib` comes first because `/var/tmp` is swept on many machines, file by file, which a database does not survive.
 */
export const openFolder = (): string => {
  for (const parent of ['/var/lib', '/var/tmp', tmpdir()]) {
    const folder = join(parent, 'order-processing-embedded')
    if (!isOpenToAll(parent) || !tryToMake(folder)) continue
    const stat = lstatSync(folder)
    // Whoever could write here could have root start a program of theirs.
    if (!stat.isDirectory() || stat.uid !== process.getuid?.()) {
      throw new Error(`${folder} is not a directory of root's own; remove it`)
    }
    if ((stat.mode & othersMayWrite) !== 0 || (stat.mode & othersMayEnter) === 0) chmodSync(folder, 0o755)
    return folder
  }
  throw new Error('no folder that every user may enter: tried /var/lib, /var/tmp and the temporary directory')
}

import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { makeDirectory } from './durable-directory.ts'
import { isAlive, startOf } from './process-life.ts'

/** Whose it is, of which directory, and a number of its own, since one process may try twice. */
type Claim = { readonly name: string; readonly pid: number; readonly started: string; readonly directory: string }

const CLAIM = /^owner\.(\d+)\.(\d*)\.(\d+-\d+)\.[\da-f-]+\.lock$/

/** How long somebody who came at the same time may take to look around; after that it has been stopped, and is left in peace. */
const PATIENCE = 5_000

/**
 * One process a data directory. Each that wants it puts up a file whose name says who it is, then looks for those of others: of two
 * that come at once, at least one sees the other, so both can never have it. The first by name has it then, unless the other has
 * made up its mind before. Nobody takes away the file of one that lives; an owner that was killed leaves its own behind, which only
 * counts while that very process is alive. A copy of the directory is another directory, whose owner is nobody.
 * Throws when another process has the directory. Returns how to give it back.
 */
export const lockDirectory = (directory: string): (() => void) => {
  makeDirectory(directory)
  const mine = `owner.${process.pid}.${startOf(process.pid) ?? ''}.${identityOf(directory)}.${randomUUID()}.lock`
  const path = join(directory, mine)
  const descriptor = openSync(path, 'wx')
  try {
    for (const claim of claimsIn(directory)) {
      if (claim.name === mine) continue
      if (!isInForce(directory, claim)) rmSync(join(directory, claim.name), { force: true })
      else if (claim.name < mine || !withdraws(directory, claim))
        throw new Error(`The data in ${directory} is in use by process ${claim.pid}.`)
    }
    writeSync(descriptor, 'has it')
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(descriptor)
  }
  return () => rmSync(path, { force: true })
}

/** True when the directory was locked by a process that is gone. */
export const isAbandoned = (directory: string): boolean => {
  const claims = claimsIn(directory)
  return claims.length > 0 && !claims.some((claim) => isInForce(directory, claim))
}

const claimsIn = (directory: string): readonly Claim[] =>
  readdirSync(directory)
    .sort()
    .flatMap((name) => {
      const [, pid, started, of] = CLAIM.exec(name) ?? []
      return pid === undefined || started === undefined || of === undefined
        ? []
        : [{ name, pid: Number(pid), started, directory: of }]
    })

const isInForce = (directory: string, claim: Claim): boolean =>
  claim.directory === identityOf(directory) && isAlive(claim.pid, claim.started)

/** Waits until one that came at the same time has made up its mind. False when it has the directory. */
const withdraws = (directory: string, claim: Claim): boolean => {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  const end = performance.now() + PATIENCE
  while (performance.now() < end) {
    const size = statSync(join(directory, claim.name), { throwIfNoEntry: false })?.size
    if (size === undefined || !isInForce(directory, claim)) return true
    if (size > 0) return false
    Atomics.wait(pause, 0, 0, 5)
  }
  return false
}

/** The same by whatever path, and still after it was moved. */
const identityOf = (directory: string): string => {
  const { dev, ino } = statSync(directory, { bigint: true })
  return `${dev}-${ino}`
}

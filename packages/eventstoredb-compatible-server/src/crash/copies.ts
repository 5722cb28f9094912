import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openLog } from '../log/open-log.ts'
import type { Random } from '../testing/random.ts'
import { newAppend } from './observed.ts'

const OPENER = fileURLToPath(new URL('./open-copies.ts', import.meta.url))

/** The file before one transaction and after it; both as they are when everything is on disk. */
export type Pictures = { readonly before: Buffer; readonly after: Buffer }

/** What opening a copy came to. */
export type Fate = { readonly found: string } | { readonly refused: string }

const newDirectory = (): string =>
  mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'event-store-torn-'))

/** Fills a log with random appends and takes the pictures around the last one. */
export const takePictures = async (random: Random): Promise<Pictures> => {
  const directory = newDirectory()
  try {
    const log = openLog({ directory })
    const picture = (): Buffer => readFileSync(join(directory, 'data.mdb'))
    const append = async (): Promise<void> => {
      const { stream, events } = newAppend(random, `s-${random.int(1, 9)}`)
      await log.append(
        stream,
        'any',
        events.map(({ id, data }) => ({
          id,
          type: 'Written',
          isJson: true,
          data: Buffer.from(data),
          metadata: Buffer.alloc(0),
        })),
      )
    }
    for (let count = random.int(1, 80); count > 0; count -= 1) await append()
    const before = picture()
    await append()
    const after = picture()
    await log.close()
    return { before, after }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Opens copies of a file that something was done to, one after another in one process. Rejects when that process dies. */
export const openCopies = async (files: readonly Buffer[]): Promise<readonly Fate[]> => {
  const parent = newDirectory()
  try {
    const directories = files.map((file, index) => {
      const directory = join(parent, String(index))
      mkdirSync(directory)
      writeFileSync(join(directory, 'data.mdb'), file)
      writeFileSync(join(directory, 'event-store.txt'), '')
      return directory
    })
    const child = spawn(process.execPath, [OPENER], { stdio: ['pipe', 'pipe', 'inherit'] })
    const ended = new Promise<number | string | null>((resolve) =>
      child.on('exit', (code, signal) => resolve(signal ?? code)),
    )
    child.stdin.end(directories.map((directory) => `${directory}\n`).join(''))
    const fates: Fate[] = []
    for await (const line of createInterface(child.stdout)) fates.push(JSON.parse(line) as Fate)
    const end = await ended
    if (end !== 0 || fates.length !== files.length)
      throw new Error(`opening copy ${fates.length} of ${files.length} ended the process with ${end}`)
    return fates
  } finally {
    rmSync(parent, { recursive: true, force: true })
  }
}

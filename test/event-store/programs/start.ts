import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { untilTrue } from '../../support/until.ts'

/** A program of this folder, in a process of its own. */
export type Running = {
  /** What it has written so far. */
  errors(): string
  /** Resolves when it has ended and has been read to its end. */
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly errors: string }>
  /** Resolves when this has been written. @throws when it has ended without */
  says(text: string): Promise<void>
  kill(): void
}

export const startProgram = (
  name:
    | 'appends-of-two-clients'
    | 'subscription-without-listener'
    | 'one-append'
    | 'throwing-checkpoint'
    | 'reconnects',
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Running => {
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
  const flags = name === 'reconnects' ? ['--expose-gc'] : []
  const child = spawn(process.execPath, [...flags, file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  let [out, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const ended = new Promise<{ code: number | null; out: string; errors: string }>((resolve) =>
    child.on('close', (code) => {
      resolve({ code, out, errors })
    }),
  )
  const failed = ended.then(({ errors: last }) => {
    throw new Error(`${name} has ended: ${last}`)
  })
  failed.catch(() => undefined)
  return {
    errors: () => errors,
    ended,
    says: (text) =>
      Promise.race([untilTrue(`${name} says ${text}`, () => out.includes(text), { everyMs: 10 }), failed]),
    kill: () => child.kill('SIGKILL'),
  }
}

import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Readable, Writable } from 'node:stream'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

export type ChildServer = {
  readonly url: string
  readonly firstLine: string
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>
  /** Sends the signal and waits for the end; the exit code, or the signal it died of. */
  end(signal: NodeJS.Signals): Promise<number | string>
}

export type Failure = { readonly code: number | string; readonly errors: string }

/** The command line as a process of its own. Resolves when it is ready, or has ended without being so. */
export const spawnServer = (
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  cwd?: string,
): Promise<ChildServer | Failure> => spawned(process.execPath, [MAIN, ...args], env, cwd)

/** A server whose files may grow to so many bytes only, as on a disk that is full then. Not on Windows. */
export const serverWithLimitedFiles = (args: readonly string[], bytes: number): Promise<ChildServer | Failure> =>
  spawned('sh', [
    '-c',
    `trap '' XFSZ; ulimit -f ${Math.ceil(bytes / 512)}; exec "$0" "$@"`,
    process.execPath,
    MAIN,
    ...args,
  ])

const spawned = async (
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  cwd?: string,
): Promise<ChildServer | Failure> => {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = new Promise<number | string>((resolve) =>
    child.on('exit', (code, signal) => resolve(code ?? signal ?? 'unknown')),
  )
  let errors = ''
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const line = new Promise<string>((resolve) =>
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.includes('\n')) resolve(output.slice(0, output.indexOf('\n')))
    }),
  )
  const first = await Promise.race([line, ended.then((code) => ({ code }))])
  if (typeof first !== 'string') return { code: first.code, errors }
  return {
    url: /esdb:\S+?tls=false/.exec(first)?.[0] ?? '',
    firstLine: first,
    child,
    end: (signal) => {
      child.kill(signal)
      return ended
    },
  }
}

export const readyServer = async (
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  cwd?: string,
): Promise<ChildServer> => {
  const server = await spawnServer(args, env, cwd)
  if ('code' in server) throw new Error(`the server ended with ${server.code}: ${server.errors}`)
  return server
}

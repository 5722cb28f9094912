import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

const programs = { server: path('../src/main.ts'), bare: path('bare-server.ts') }

export type Child = {
  readonly url: string
  readonly pid: number
  /** From the start of the process to the line in which it says that it is ready. */
  readonly milliseconds: number
  stop(): Promise<void>
}

/** Starts a server in a process of its own; resolves when it is ready, and rejects when it ends instead. */
export const startChild = async (
  program: keyof typeof programs,
  args: readonly string[],
  nodeArgs: readonly string[] = [],
): Promise<Child> => {
  const began = performance.now()
  const child = spawn(process.execPath, [...nodeArgs, programs[program], ...args], {
    env: { ...process.env, EXIT_WITH_PARENT: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const found = /esdb:\S+?tls=false/.exec(output)?.[0]
      if (found !== undefined) resolve(found)
    })
    void ended.then(() => reject(new Error(`${program} ended before it was ready`)))
  })
  const milliseconds = performance.now() - began
  if (child.pid === undefined) throw new Error(`${program} has no process`)
  return {
    url,
    pid: child.pid,
    milliseconds,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

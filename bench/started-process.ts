import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export type StartedProcess = {
  readonly url: string
  readonly pid: number
  /** Ends it by the end of its standard input. */
  stop(): Promise<void>
}

/** Starts a program of ours that says where it serves. `address`: what of the line is the address. Rejects when it ends before. */
export const startProcess = async (
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  address: RegExp,
): Promise<StartedProcess> => {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [found] = address.exec(line) ?? []
      if (found !== undefined) resolve(found)
    })
    void ended.then(() => {
      reject(new Error(`${args.join(' ')} ended before it was ready`))
    })
  })
  if (child.pid === undefined) throw new Error(`${args.join(' ')} has no process`)
  return {
    url,
    pid: child.pid,
    async stop() {
      child.stdin.end()
      await ended
    },
  }
}

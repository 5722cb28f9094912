// Runs a PostgreSQL server for as long as its own standard input is open. PostgreSQL does not notice that whoever started it has died;
// this process does, since the pipe closes with it, and then stops the server in order.
// Argument: a JSON of SupervisedServer. Standard output: what the server says.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'

export type SupervisedServer = {
  program: string
  args: string[]
  folder: string
  env: Record<string, string>
  user: { uid: number; gid: number } | undefined
  /** A folder to delete when the server has ended. */
  deleteAtEnd: string | undefined
}

// Each signal with the time that the server has to obey it, before it gets the next, harsher one.
const escalation: readonly [NodeJS.Signals, number][] = [
  ['SIGINT', 10_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 0],
]

const { program, args, folder, env, user, deleteAtEnd } = JSON.parse(process.argv[2] ?? '') as SupervisedServer
const server = spawn(program, args, { cwd: folder, env, ...user, stdio: ['ignore', 'ignore', 'pipe'], detached: true })

let isStopping = false
const stop = () => {
  if (isStopping) return
  isStopping = true
  let wait = 0
  for (const [signal, patience] of escalation) {
    setTimeout(() => server.kill(signal), wait).unref()
    wait += patience
  }
}

process.stdout.on('error', stop) // nobody reads any more
server.stderr.on('data', (chunk: Buffer) => process.stdout.write(chunk))
process.stdin.on('end', stop).on('error', stop).resume()
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop)

const end = (code: number) => {
  if (deleteAtEnd !== undefined) rmSync(deleteAtEnd, { recursive: true, force: true })
  process.exitCode = code
  process.stdin.destroy()
}
server.on('error', (error) => {
  process.stdout.write(`${String(error)}\n`)
  end(1)
})
server.on('close', (code) => {
  end(code ?? 1)
})

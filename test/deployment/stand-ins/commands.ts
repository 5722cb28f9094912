import { spawnSync } from 'node:child_process'

const most = 64 * 1024 * 1024

/** What a command has printed. @throws Error with the end of all that it said, when it failed */
export const answerOf = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string => {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: most,
    // The classic builder: it needs no plugin.
    env: { ...process.env, DOCKER_BUILDKIT: '0', ...env },
  })
  if (error !== undefined) throw error
  if (status === 0) return stdout
  throw new Error(
    `${command} ${args.slice(0, 3).join(' ')} … ended with ${status}:\n${(stdout + stderr).slice(-4_000)}`,
  )
}

/** Whether a command is there and ends well. */
export const succeeds = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0

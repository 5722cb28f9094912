import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { freePort } from '../../embedded/ports.ts'
import { childEnvironment } from '../support/child-environment.ts'

export type StartedProcess = {
  readonly child: ChildProcess
  /** With its exit code. */
  readonly ended: Promise<[number | null]>
  /** All that it has said so far. */
  readonly output: () => string
}

/** A process of the processors, with all services; it need not be ready yet. `environment` names the stores and the outside. */
export const startProcessorsProcess = async (
  environment: Readonly<Record<string, string>>,
): Promise<StartedProcess> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../processors/main.ts')], {
    env: {
      ...childEnvironment,
      PROCESSORS_PORT: String(await freePort()),
      JWT_ISSUER: 'test',
      JWT_AUDIENCE: 'test',
      JWT_SECRET: 'a secret of the tests, long enough',
      MAIL_FROM: 'shop@example.org',
      OPERATOR_EMAIL: 'operators@example.org',
      LOG_FORMAT: 'json',
      SHUTDOWN_DELAY_SECONDS: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  // The one argument of a close that nobody cut off.
  const ended = once(child, 'close') as Promise<[number | null]>
  return { child, ended, output: () => output }
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { root } from '../architecture/source-files.ts'
import { answerOf, succeeds } from './stand-ins/commands.ts'

const containerSchema = z
  .looseObject({
    Id: z.string(),
    Config: z.looseObject({ Labels: z.record(z.string(), z.string()) }),
    State: z.looseObject({
      Status: z.string(),
      ExitCode: z.int(),
      FinishedAt: z.coerce.date(),
      Health: z.looseObject({ Status: z.string() }).optional(),
    }),
    NetworkSettings: z.looseObject({
      Ports: z.record(z.string(), z.array(z.looseObject({ HostPort: z.string() })).nullable()),
    }),
  })
  .transform(({ Id: id, Config, State, NetworkSettings }) => ({
    id,
    service: Config.Labels['com.docker.compose.service'] ?? '',
    status: State.Status,
    exitCode: State.ExitCode,
    /** When it ended last; long ago, if never. */
    endedAt: State.FinishedAt,
    /** Undefined where nobody looks. */
    health: State.Health?.Status,
    ports: NetworkSettings.Ports,
  }))
export type Container = z.output<typeof containerSchema>

/** Why compose cannot be run here; undefined where it can. */
export const whyNoCompose = (): string | undefined => {
  if (!succeeds('docker', ['info'])) return 'there is no Docker engine'
  if (!succeeds('docker', ['compose', 'version']) && !succeeds('docker-compose', ['version']))
    return 'there is no docker compose'
  if (process.getuid?.() !== 0 || !succeeds('debootstrap', ['--version']))
    return 'stand-ins for images are made by root, with debootstrap'
  return undefined
}

/** The line by which the head of .env.example says that .env is made; it writes to the file that it is given. */
const lineThatMakesEnv = (file: string): string => {
  const line = /^# {3}(sed .*) > \.env$/m.exec(readFileSync(join(root, '.env.example'), 'utf8'))?.[1]
  if (line === undefined) throw new Error('.env.example does not say how .env is made')
  return `${line} > "${file}"`
}

/**
 * The project's compose file under a name of its own, with the variables that .env.example makes and those that are given. Its ports on this
 * machine are the file's own.
 */
export const composeProject = (name: string, variables: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  const file = join(folder, 'env')
  answerOf('sh', ['-c', `cd "${root}" && ${lineThatMakesEnv(file)}`])
  const made = readFileSync(file, 'utf8')
  writeFileSync(
    file,
    made +
      Object.entries(variables)
        .map(([variable, value]) => `${variable}=${value}\n`)
        .join(''),
  )
  const [command = '', ...before] = succeeds('docker', ['compose', 'version'])
    ? ['docker', 'compose']
    : ['docker-compose']

  const compose = (...args: readonly string[]): string =>
    answerOf(command, [
      ...before,
      ...['--env-file', file, '--project-name', name, '--file', join(root, 'docker-compose.yml')],
      ...args,
    ])
  return {
    compose,
    /** What of .env a tool needs that speaks to the shop. */
    environment: Object.fromEntries(
      made
        .split('\n')
        .filter((line) => /^JWT_(SECRET|ISSUER|AUDIENCE)=/.test(line))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    ),
    containers: (): readonly Container[] => {
      const ids = answerOf('docker', ['ps', '-aq', '--filter', `label=com.docker.compose.project=${name}`]).split('\n')
      return z
        .array(containerSchema)
        .parse(JSON.parse(answerOf('docker', ['inspect', ...ids.filter((id) => id !== '')])))
    },
    logOf: (id: string): string => answerOf('sh', ['-c', `docker logs ${id} 2>&1`]),
    remove: () => {
      compose('down', '--volumes', '--timeout', '1')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
export type ComposeProject = ReturnType<typeof composeProject>

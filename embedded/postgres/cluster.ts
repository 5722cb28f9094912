import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Binaries } from './binaries.ts'
import type { OperatingUser } from './operating-user.ts'

const run = promisify(execFile)
const unfinished = 'initialising-'
const passwordFile = 'superuser-password'

/** The environment of PostgreSQL's programs: nothing of ours, so that neither PG* variables nor a locale reach them. */
export const programEnvironment = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' }

/** The folder that holds the cluster: `data` itself, or a folder in `open` that is named after it. */
export const clusterHome = (data: string, open: string | undefined): string =>
  open === undefined
    ? resolve(data)
    : join(open, `data-${createHash('sha256').update(resolve(data)).digest('hex').slice(0, 16)}`)

const make = async (home: string, binaries: Binaries, user: OperatingUser, durable: boolean) => {
  const half = await mkdtemp(join(home, unfinished))
  if (user !== undefined) await chown(half, user.uid, user.gid)
  const password = join(home, `${passwordFile}-${process.pid}`)
  try {
    await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 })
    if (user !== undefined) await chown(password, user.uid, user.gid)
    await run(
      binaries.initdb,
      [
        `--pgdata=${half}`,
        '--username=postgres',
        `--pwfile=${password}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        ...(durable ? [] : ['--no-sync']),
      ],
      { ...user, cwd: home, env: programEnvironment },
    )
    await rename(password, join(half, passwordFile))
    await rename(half, join(home, 'cluster'))
  } finally {
    // Nothing is left under these names after success.
    await rm(password, { force: true })
    await rm(half, { recursive: true, force: true })
  }
}

/**
 * Returns the cluster's directory, made if it is not there. It is made under another name and renamed when it is whole:
 * whatever a killed initdb leaves behind is never taken for a database, and is swept here.
 */
export const prepareCluster = async (
  home: string,
  binaries: Binaries,
  user: OperatingUser,
  durable: boolean,
): Promise<string> => {
  const cluster = join(home, 'cluster')
  if (!existsSync(cluster)) {
    await mkdir(home, { recursive: true, mode: 0o700 })
    if (user !== undefined) await chown(home, user.uid, user.gid)
    for (const name of await readdir(home)) {
      if (name.startsWith(unfinished) || name.startsWith(passwordFile))
        await rm(join(home, name), { recursive: true, force: true })
    }
    await make(home, binaries, user, durable)
  }
  const major = Number.parseInt(await readFile(join(cluster, 'PG_VERSION'), 'utf8'), 10)
  if (major !== binaries.major) {
    throw new Error(
      `${cluster} was made by PostgreSQL ${major}, this is ${binaries.major}: start with --fresh, which deletes it`,
    )
  }
  return cluster
}

/** The superuser's password, made up with the cluster: other users of the machine can reach the port, too. */
export const readPassword = async (cluster: string): Promise<string> =>
  (await readFile(join(cluster, passwordFile), 'utf8')).trim()

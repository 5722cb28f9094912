import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { findBinaries } from './postgres/binaries.ts'
import { clusterHome, prepareCluster, programEnvironment, readPassword } from './postgres/cluster.ts'
import { clearEarlierServer } from './postgres/earlier-server.ts'
import { openFolder } from './postgres/open-folder.ts'
import { operatingUser } from './postgres/operating-user.ts'
import type { OperatingUser } from './postgres/operating-user.ts'
import type { SupervisedServer } from './postgres/supervisor.ts'
import { freePort } from './ports.ts'

const database = 'shop'

export type PostgresOptions = {
  /** The data's folder. As root the data lies elsewhere, in a folder named after this one. */
  data: string
  /** 0 = any free one. */
  port: number
  /** Each line that the server says. */
  onLine?: (line: string) => void
  /** For tests: nothing is forced to disk, and the data is deleted when the server ends, however that comes about. */
  temporary?: boolean
}

export type EmbeddedPostgres = {
  /** With user, password and the database `shop`; for `pg`. */
  url: string
  port: number
  /** Resolves when the server is gone, whoever stopped it; with its exit code. */
  ended: Promise<number>
  /** Clients are cut off, what was committed is kept. */
  stop(): Promise<void>
}

const settings = (port: number, durable: boolean) => ({
  port,
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 100,
  shared_buffers: '32MB',
  max_wal_size: '256MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  jit: 'off',
  io_method: 'sync', // no worker processes for reads ahead
  fsync: durable ? 'on' : 'off',
  synchronous_commit: durable ? 'on' : 'off',
  full_page_writes: durable ? 'on' : 'off',
})

class PortTaken extends Error {}

type Started = { stop(): Promise<void>; ended: Promise<number> }

const startServer = async (
  server: SupervisedServer,
  port: number,
  onLine: (line: string) => void,
): Promise<Started> => {
  const supervisor = spawn(
    process.execPath,
    [join(import.meta.dirname, 'postgres', 'supervisor.ts'), JSON.stringify(server)],
    {
      detached: true, // a Ctrl-C goes to the whole process group of the terminal, and the stores end last
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    },
  )
  const ended = new Promise<number>((resolve) =>
    supervisor.once('close', (code) => {
      resolve(code ?? 1)
    }),
  )
  supervisor.stdin.on('error', () => {
    /* it is gone already, which `ended` tells */
  })
  const said: string[] = []
  await new Promise<void>((resolve, reject) => {
    supervisor.once('error', reject)
    createInterface({ input: supervisor.stdout }).on('line', (line) => {
      onLine(line)
      said.push(line)
      if (line.includes('database system is ready to accept connections')) resolve()
      if (said.length > 20) said.shift()
    })
    void ended.then(() => {
      const isTaken = said.some((line) => line.includes('Address already in use'))
      reject(
        isTaken ? new PortTaken(`port ${port} is taken`) : new Error(`PostgreSQL did not start:\n${said.join('\n')}`),
      )
    })
  })
  return {
    ended,
    stop: async () => {
      supervisor.stdin.end()
      await ended
    },
  }
}

const makeDatabase = async (url: string) => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database])
    if (rowCount === 0) await client.query(`create database ${database}`)
  } finally {
    await client.end()
  }
}

const whose = (): { user: OperatingUser; open: string | undefined } => {
  const user = operatingUser()
  return { user, open: user === undefined ? undefined : openFolder() }
}

/**
 * Starts a PostgreSQL server on the loopback interface and resolves when it takes connections. Ends when this process ends, even by
 * SIGKILL. Rejects when the port is taken, or when another run uses the data.
 */
export const startPostgres = async ({
  data,
  port,
  onLine = () => undefined,
  temporary = false,
}: PostgresOptions): Promise<EmbeddedPostgres> => {
  const { user, open } = whose()
  const binaries = await findBinaries(open)
  const home = clusterHome(data, open)

  const launch = async (tries: number): Promise<Started & { port: number; cluster: string }> => {
    const cluster = await prepareCluster(home, binaries, user, !temporary)
    await clearEarlierServer(cluster)
    const chosen = port === 0 ? await freePort() : port
    const flags = Object.entries(settings(chosen, !temporary)).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const server: SupervisedServer = {
      program: binaries.postgres,
      args: ['-D', cluster, ...flags],
      folder: cluster,
      env: programEnvironment,
      user,
      deleteAtEnd: temporary ? home : undefined,
    }
    try {
      return { port: chosen, cluster, ...(await startServer(server, chosen, onLine)) }
    } catch (error) {
      // Between finding a free port and using it, somebody else may have taken it.
      if (port === 0 && tries > 1 && error instanceof PortTaken) return launch(tries - 1)
      throw error
    }
  }
  const { cluster, ...started } = await launch(5)
  const urlOf = (name: string, password: string) => `postgres://postgres:${password}@127.0.0.1:${started.port}/${name}`
  try {
    const password = await readPassword(cluster)
    await makeDatabase(urlOf('postgres', password))
    return { url: urlOf(database, password), ...started }
  } catch (error) {
    await started.stop()
    throw error
  }
}

/** Deletes the data that `startPostgres` keeps for this folder; a server still running on it is stopped or waited for. */
export const removePostgresData = async (data: string): Promise<void> => {
  const home = clusterHome(data, whose().open)
  await clearEarlierServer(join(home, 'cluster'))
  await rm(home, { recursive: true, force: true })
}

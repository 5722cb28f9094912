import { freemem, loadavg, totalmem } from 'node:os'
import type { ServerView } from './server-view.ts'

/** `/stats`: in the real server's shape. What a process of Node does not have, such as queues of threads, is there with nothing in it. */
export const statsOf = (server: ServerView): Readonly<Record<string, unknown>> => {
  const usage = process.resourceUsage()
  const [one, five, fifteen] = loadavg()
  const written = Number(server.head() + 1n)
  return {
    proc: {
      startTime: server.startedAt.toISOString(),
      id: process.pid,
      mem: process.memoryUsage.rss(),
      cpu: cpuPercent(),
      threadsCount: 1,
      contentionsRate: 0,
      thrownExceptionsRate: 0,
      gc: { totalBytesInHeaps: process.memoryUsage().heapUsed },
      diskIo: { readBytes: 0, writtenBytes: written, readOps: usage.fsRead, writeOps: usage.fsWrite },
      tcp: { connections: server.connections() },
    },
    sys: { loadavg: { '1m': one, '5m': five, '15m': fifteen }, freeMem: freemem(), totalMem: totalmem() },
    es: { checksum: written, checksumNonFlushed: written, queue: {}, cache: {}, writer: {}, readIndex: {} },
  }
}

/** The part of the statistics that a path names; undefined when there is none. */
export const statsAt = (server: ServerView, path: readonly string[]): unknown => {
  let part: unknown = statsOf(server)
  for (const name of path) {
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, name)) return undefined
    part = new Map(Object.entries(part)).get(name)
  }
  return part
}

/** Of one core, since the process started. */
const cpuPercent = (): number => {
  const { user, system } = process.cpuUsage()
  return Math.round(((user + system) / (process.uptime() * 1_000_000)) * 10_000) / 100
}

import { freemem, loadavg, totalmem } from 'node:os'
import type { WriterFigures } from '../log/writer-statistics.ts'
import type { ServerView } from './server-view.ts'

/**
 * `/stats`: in the real server's shape. Of its queues there is one here, that of the writer. What a process of Node does not have is
 * there with nothing in it.
 */
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
    // Only where it is asked for: whoever asks begins the next interval.
    get es() {
      const figures = server.writerFigures()
      return {
        checksum: written,
        checksumNonFlushed: written,
        queue: { [camelCase(WRITER)]: queueOf(figures) },
        cache: {},
        writer: writerOf(figures),
        readIndex: {},
      }
    },
  }
}

const WRITER = 'StorageWriterQueue'

/** Keys are written so, whatever they are; names that stand in values are not. */
const camelCase = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1)

const queueOf = (figures: WriterFigures) => {
  const { is, since } = figures.state
  return {
    queueName: WRITER,
    groupName: '',
    avgItemsPerSecond: Math.round(figures.itemsPerSecond),
    avgProcessingTime: figures.processingTime,
    currentIdleTime: is === 'idle' ? timeSpan(since) : null,
    currentItemProcessingTime: is === 'writing' ? timeSpan(since) : null,
    idleTimePercent: figures.idlePercent,
    length: figures.length,
    lengthCurrentTryPeak: figures.peak,
    lengthLifetimePeak: figures.lifetimePeak,
    totalItemsProcessed: figures.processed,
    inProgressMessage: is === 'writing' ? 'Write' : '<none>',
    lastProcessedMessage: figures.processed === 0 ? '<none>' : 'Write',
  }
}

const writerOf = ({ length, flushes }: WriterFigures) => ({
  lastFlushSize: flushes.lastSize,
  lastFlushDelayMs: flushes.lastDelay,
  meanFlushSize: Math.round(flushes.meanSize),
  meanFlushDelayMs: flushes.meanDelay,
  maxFlushSize: flushes.maxSize,
  maxFlushDelayMs: flushes.maxDelay,
  queuedFlushMessages: length,
})

/** As the real server spells them: days, hours, minutes, seconds and 100 ns. */
const timeSpan = (milliseconds: number): string => {
  const seconds = milliseconds / 1_000
  const part = (size: number, most: number): string => String(Math.floor(seconds / size) % most).padStart(2, '0')
  return `${Math.floor(seconds / 86_400)}:${part(3_600, 24)}:${part(60, 60)}:${(seconds % 60).toFixed(7).padStart(10, '0')}`
}

/** The part of the statistics that a path names; undefined when there is none. */
export const statsAt = (server: ServerView, path: readonly string[]): unknown => {
  let part: unknown = statsOf(server)
  for (const name of path) {
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, name)) return undefined
    part = Reflect.get(part, name)
  }
  return part
}

/** Of one core, since the process started. */
const cpuPercent = (): number => {
  const { user, system } = process.cpuUsage()
  return Math.round(((user + system) / (process.uptime() * 1_000_000)) * 10_000) / 100
}

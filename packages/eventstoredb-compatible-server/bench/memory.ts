import { readFileSync } from 'node:fs'
import { EventStoreDBClient } from '@eventstore/db-client'
import { startChild } from './child.ts'
import { appends } from './measurements.ts'

const STEPS = 10
const AT_ONCE = 64
const EVENTS_EACH = 20
const MEBIBYTE = 1_024

export type Held = {
  readonly events: number
  readonly doing: 'appending' | 'reading'
  readonly ownMebibytes: number
  readonly mappedMebibytes: number
}

/**
 * Memory of a server while that many events are appended to it and then read: its own, and the part of its files that the operating
 * system shows it (which it takes back when others need it). Linux only.
 */
export const memory = async (data: string, events: number, say: (line: string) => void): Promise<readonly Held[]> => {
  const server = await startChild('server', ['--port', '0', '--data', data])
  const held: Held[] = []
  const note = (doing: Held['doing'], count: number): void => {
    const one = { events: count, doing, ...memoryOf(server.pid) }
    held.push(one)
    say(
      `${doing} ${count.toLocaleString('en')}: ${one.ownMebibytes} MiB of its own, ${one.mappedMebibytes} MiB of files`,
    )
  }
  try {
    const step = Math.ceil(events / STEPS / EVENTS_EACH) * EVENTS_EACH
    note('appending', 0)
    for (let done = step; done <= events; done += step) {
      await appends({ url: server.url, isBare: false }, AT_ONCE, step / EVENTS_EACH, EVENTS_EACH)
      note('appending', done)
    }
    const client = EventStoreDBClient.connectionString(server.url)
    let seen = 0
    for await (const { event } of client.readAll()) {
      seen += event === undefined ? 0 : 1
      if (seen % step === 0) note('reading', seen)
    }
    await client.dispose()
  } finally {
    await server.stop()
  }
  return held
}

const memoryOf = (pid: number): Pick<Held, 'ownMebibytes' | 'mappedMebibytes'> => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mebibytes = (name: string): number =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / MEBIBYTE)
  return { ownMebibytes: mebibytes('RssAnon'), mappedMebibytes: mebibytes('RssFile') }
}

import { openLog } from '../log/open-log.ts'
import { EPOCH_STREAM } from '../log/system-streams.ts'
import type { StoredRecord } from '../log/types.ts'
import { pagesFrom } from '../testing/pages.ts'
import type { Observed } from './observed.ts'

/** Everything in the log, read through `$all`, and found the same by each stream. */
export const recordsIn = async (directory: string): Promise<readonly StoredRecord[]> => {
  const log = openLog({ directory })
  try {
    const all = pagesFrom(0n, (from) => log.readAll(from, 'forwards', PAGE)).flat()
    for (const [stream, records] of Map.groupBy(all, (record) => record.stream)) {
      const found = pagesFrom(0n, (from) => log.readStream(stream, from, 'forwards', PAGE)).flat()
      // A metastream shows its last event only.
      const shown = stream.startsWith('$$') ? records.slice(-1) : records
      same(`by stream ${stream}`, found.map(line), shown.map(line))
      same(`last revision of ${stream}`, [String(log.lastRevision(stream))], [String(records.at(-1)?.revision)])
    }
    // A server that died before its clients wrote anything has left the event of its start, which `$all` never shows.
    const starts = pagesFrom(0n, (from) => log.readStream(EPOCH_STREAM, from, 'forwards', PAGE)).flat()
    const head = [all, starts]
      .map((records) => records.at(-1)?.position ?? -1n)
      .reduce((one, other) => (one > other ? one : other))
    if (log.head() !== head) throw new Error(`the head is ${log.head()}, the last record at ${head}`)
    return all
  } finally {
    await log.close()
  }
}

const PAGE = 10_000

/** Throws unless all that was there, was answered or was seen is there, as it was, and nothing is there in part. */
export const checkSurvival = (
  before: readonly StoredRecord[],
  { sent, sightings }: Observed,
  after: readonly StoredRecord[],
): void => {
  same('what was there before', after.slice(0, before.length).map(line), before.map(line))
  const indexes = new Map(after.map(({ id }, index) => [id, index]))
  const lines = new Set(after.map(line))
  for (const { stream, events, answer } of sent) {
    const first = indexes.get(events[0]?.id ?? '')
    const there = first === undefined ? [] : after.slice(first, first + events.length)
    if (first === undefined) {
      if (answer !== undefined) throw new Error(`an answered append to ${stream} is gone: revision ${answer.revision}`)
      if (events.some(({ id }) => indexes.has(id)))
        throw new Error(`a part of an append to ${stream} is there, without its first event`)
      continue
    }
    same(
      `append to ${stream}`,
      there.map((record) => `${record.stream} ${record.id} ${record.data.toString()}`),
      events.map(({ id, data }) => `${stream} ${id} ${data}`),
    )
    const revisions = there.map(({ revision }) => revision)
    if (revisions.some((revision, index) => revision !== (revisions[0] ?? 0n) + BigInt(index)))
      throw new Error(`revisions in ${stream}: ${revisions.join()}`)
    const last = there.at(-1)
    if (answer !== undefined && (answer.revision !== last?.revision || answer.position !== last.position)) {
      throw new Error(
        `answered as ${stream} ${answer.revision} at ${answer.position}, found ${last === undefined ? 'nothing' : line(last)}`,
      )
    }
  }
  for (const sighting of sightings)
    if (!lines.has(line(sighting))) throw new Error(`seen, and gone or moved: ${line(sighting)}`)
}

const line = ({
  position,
  stream,
  revision,
  id,
}: Pick<StoredRecord, 'position' | 'stream' | 'revision' | 'id'>): string =>
  `${stream} ${revision} at ${position}, ${id}`

const same = (what: string, found: readonly string[], right: readonly string[]): void => {
  const differs = right.findIndex((text, index) => found[index] !== text)
  if (differs >= 0 || found.length !== right.length) {
    const at = differs < 0 ? right.length : differs
    throw new Error(
      `${what}: ${found.length} of ${right.length}; at ${at} ${found[at] ?? 'nothing'}, not ${right[at] ?? 'nothing'}`,
    )
  }
}

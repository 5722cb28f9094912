import { isLeftOutOfAll } from '../../log/system-streams.ts'
import type {
  AllPage,
  AppendResult,
  Log,
  ProposedRecord,
  StoredRecord,
  StreamMetadata,
  StreamPage,
  StreamState,
} from '../../log/types.ts'

const NEVER_READABLE = 9_223_372_036_854_775_807n

export type FakeLog = Log & {
  /** From now on appends to the stream are not answered and not visible, until `release`; or are lost by `crash`. */
  hold(stream: string): void
  release(): void
  /** What is held is lost, and nobody listens any more. */
  crash(): void
  /** Appends to the stream fail. */
  breakStream(stream: string): void
  listeners(): number
}

/** A log in memory, with only what groups need of its rules: every append is `any`, positions go up in steps of ten. */
export const fakeLog = (): FakeLog => {
  let records: StoredRecord[] = []
  const listeners = new Set<(records: readonly StoredRecord[]) => void>()
  const held = new Set<string>()
  const broken = new Set<string>()
  const deleted = new Set<string>()
  let waiting: (() => void)[] = []

  const of = (stream: string): StoredRecord[] => records.filter((record) => record.stream === stream)
  const metadataOf = (stream: string): StreamMetadata => {
    const last = of(`$$${stream}`).at(-1)?.data.toString()
    const number = (key: string): bigint | undefined => {
      const text = last === undefined ? undefined : new RegExp(`"\\${key}":(\\d+)`).exec(last)?.[1]
      return text === undefined ? undefined : BigInt(text)
    }
    const [truncateBefore, maxCount] = [number('$tb'), number('$maxCount')]
    return {
      ...(truncateBefore === undefined ? {} : { truncateBefore }),
      ...(maxCount === undefined ? {} : { maxCount }),
    }
  }
  const stateOf = (stream: string): StreamState => {
    if (deleted.has(stream)) return 'tombstoned'
    if (of(stream).length === 0) return 'missing'
    return metadataOf(stream).truncateBefore === NEVER_READABLE ? 'soft_deleted' : 'exists'
  }
  const write = (stream: string, proposed: readonly ProposedRecord[]): AppendResult => {
    const undelete = stateOf(stream) === 'soft_deleted'
    const first = BigInt(of(stream).length)
    const added = proposed.map((record, index): StoredRecord => ({
      ...record,
      stream,
      revision: first + BigInt(index),
      position: BigInt(records.length + index) * 10n,
      created: 0n,
    }))
    records = [...records, ...added]
    for (const listener of [...listeners]) listener(added)
    if (undelete)
      write(`$$${stream}`, [
        {
          id: 'undelete',
          type: '$metadata',
          isJson: true,
          data: Buffer.from(`{"$tb":${first}}`),
          metadata: Buffer.alloc(0),
        },
      ])
    const last = added.at(-1)
    return { kind: 'appended', revision: last?.revision ?? -1n, position: last?.position }
  }
  const page = (found: readonly StoredRecord[], limit: number): readonly StoredRecord[] => found.slice(0, limit)

  return {
    append: (stream, _expected, proposed) => {
      if (broken.has(stream)) return Promise.reject(new Error('the disk is full'))
      if (!held.has(stream)) return Promise.resolve(write(stream, proposed))
      return new Promise((resolve) => {
        waiting.push(() => resolve(write(stream, proposed)))
      })
    },
    head: () => records.at(-1)?.position ?? -1n,
    readStream: (stream, from, direction, limit): StreamPage => {
      const state = stateOf(stream)
      const first = metadataOf(stream).truncateBefore ?? 0n
      const readable = state === 'exists' ? of(stream).filter(({ revision }) => revision >= first) : []
      const ordered = direction === 'forwards' ? readable : readable.toReversed()
      const found = ordered.filter(
        ({ revision }) => from === 'end' || (direction === 'forwards' ? revision >= from : revision <= from),
      )
      const given = page(found, limit)
      return { state, records: given, next: found.length > limit ? (found[limit]?.revision ?? undefined) : undefined }
    },
    readAll: (from, _direction, limit): AllPage => {
      const found = records.filter(({ position }) => from !== 'end' && position >= from)
      const considered = page(found, limit)
      // Hidden records count for the page, so that pages may be empty, as those of the real log may.
      return {
        records: considered.filter(({ stream }) => !isLeftOutOfAll(stream)),
        next: found.length > limit ? found[limit]?.position : undefined,
      }
    },
    readEverything: (from, limit): AllPage => {
      const found = records.filter(({ position }) => position >= from)
      return { records: page(found, limit), next: found[limit]?.position }
    },
    placeOf: () => 'boundary',
    readRecord: (stream, revision) =>
      stateOf(stream) === 'exists' && revision >= (metadataOf(stream).truncateBefore ?? 0n)
        ? of(stream).find((record) => record.revision === revision)
        : undefined,
    lastRevision: (stream) => of(stream).at(-1)?.revision,
    streamState: stateOf,
    streamMetadata: metadataOf,
    softDelete: (stream) =>
      Promise.resolve(
        write(`$$${stream}`, [
          {
            id: 'delete',
            type: '$metadata',
            isJson: true,
            data: Buffer.from(`{"$tb":${NEVER_READABLE}}`),
            metadata: Buffer.alloc(0),
          },
        ]),
      ),
    tombstone: (stream) => {
      const result = write(stream, [
        { id: 'tombstone', type: '$streamDeleted', isJson: false, data: Buffer.alloc(0), metadata: Buffer.alloc(0) },
      ])
      deleted.add(stream)
      return Promise.resolve(result)
    },
    onCommitted: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: async () => undefined,
    hold: (stream) => held.add(stream),
    release: () => {
      held.clear()
      const now = waiting
      waiting = []
      for (const work of now) work()
    },
    crash: () => {
      held.clear()
      waiting = []
      listeners.clear()
    },
    breakStream: (stream) => broken.add(stream),
    listeners: () => listeners.size,
  }
}

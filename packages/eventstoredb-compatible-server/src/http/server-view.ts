import type { WriterFigures } from '../log/writer-statistics.ts'
import type { PersistentSubscriptions } from '../persistent-subscriptions/service.ts'
import type { ProjectionInfo } from '../projections/projections.ts'

/** What the HTTP side may see of the server, and the little that it may do. */
export type ServerView = {
  readonly instanceId: string
  readonly host: string
  readonly version: string
  readonly startedAt: Date
  readonly options: {
    readonly data: string
    readonly startStandardProjections: boolean
    readonly maxAppendSize: number
    readonly prepareTimeoutMs: number
    readonly commitTimeoutMs: number
  }
  port(): number
  /** Position of the last record; -1n while there is none. */
  head(): bigint
  /** Whoever asks begins the next interval of what is measured. */
  writerFigures(): WriterFigures
  openCalls(): number
  connections(): number
  projections(): readonly ProjectionInfo[]
  readonly persistentSubscriptions: Pick<PersistentSubscriptions, 'infos' | 'replayParked' | 'restart'>
}

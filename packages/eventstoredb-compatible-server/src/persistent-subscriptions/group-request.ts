import type { CreateReq, UpdateReq } from '@eventstore/db-client/generated/persistent_pb.js'
import type { StreamIdentifier } from '@eventstore/db-client/generated/shared_pb.js'
import { handlerFailed, persistentSubscriptionFailed } from '../grpc/errors.ts'
import { compileFilter, readFilter } from '../grpc/filter.ts'
import { streamNameOf } from '../grpc/stream-identifier.ts'
import { ALL_STREAM } from './names.ts'
import type { Settings, StartFrom } from './settings.ts'
import type { GroupRequest } from './subsystem.ts'

/** What clients send as the revision that means the end. */
const END_REVISION = 18_446_744_073_709_551_615n
const TICKS_PER_MILLISECOND = 10_000

/** Index = number on the wire. */
const STRATEGIES = ['DispatchToSingle', 'RoundRobin', 'Pinned'] as const

/** Which source a request means. */
export const sourceName = (options: {
  hasAll(): boolean
  getStreamIdentifier(): StreamIdentifier | undefined
}): string => (options.hasAll() ? ALL_STREAM : (streamNameOf(options.getStreamIdentifier()) ?? ''))

type SettingsMessage = CreateReq.Settings | UpdateReq.Settings

const readSettings = (message: SettingsMessage, strategy: string): Settings => ({
  resolveLinkTos: message.getResolveLinks(),
  extraStatistics: message.getExtraStatistics(),
  messageTimeout: message.hasMessageTimeoutTicks()
    ? Number(message.getMessageTimeoutTicks()) / TICKS_PER_MILLISECOND
    : message.getMessageTimeoutMs(),
  maxRetryCount: message.getMaxRetryCount(),
  checkPointAfter: message.hasCheckpointAfterTicks()
    ? Number(message.getCheckpointAfterTicks()) / TICKS_PER_MILLISECOND
    : message.getCheckpointAfterMs(),
  minCheckPointCount: message.getMinCheckpointCount(),
  maxCheckPointCount: message.getMaxCheckpointCount(),
  maxSubscriberCount: message.getMaxSubscriberCount(),
  liveBufferSize: message.getLiveBufferSize(),
  readBatchSize: message.getReadBatchSize(),
  historyBufferSize: message.getHistoryBufferSize(),
  strategy,
})

const readRevision = (text: string): StartFrom => {
  const revision = BigInt(text)
  return revision === END_REVISION ? 'end' : revision
}

type StreamOptions = CreateReq.StreamOptions | UpdateReq.StreamOptions
type AllOptions = CreateReq.AllOptions | UpdateReq.AllOptions

/** Clients up to 6.2 name the stream outside of the stream options, and the start within the settings. */
const readStreamStart = (options: StreamOptions | undefined, settings: SettingsMessage): StartFrom => {
  if (options === undefined) return readRevision(settings.getRevision())
  if (options.hasEnd()) return 'end'
  return options.hasRevision() ? readRevision(options.getRevision()) : 0n
}

const readAllStart = (options: AllOptions, group: string): StartFrom => {
  if (options.hasEnd()) return 'end'
  const position = options.getPosition()
  if (position === undefined) return 0n
  const [commit, prepare] = [BigInt(position.getCommitPosition()), BigInt(position.getPreparePosition())]
  if (commit === END_REVISION && prepare === END_REVISION) return 'end'
  if (prepare > commit) {
    throw persistentSubscriptionFailed(
      ALL_STREAM,
      group,
      'Invalid Start From position: prepare position must be less than or equal to the commit position.',
    )
  }
  return commit
}

const readStream = (options: CreateReq.Options | UpdateReq.Options): string => {
  const stream = streamNameOf(options.getStream()?.getStreamIdentifier() ?? options.getStreamIdentifier()) ?? ''
  if (stream === ALL_STREAM) {
    throw persistentSubscriptionFailed(ALL_STREAM, options.getGroupName(), '$all is not a stream to be named.')
  }
  return stream
}

type GroupOptions = CreateReq.Options | UpdateReq.Options

const readRequest = (
  options: GroupOptions,
  settings: SettingsMessage,
  filter: GroupRequest['filter'],
  strategy: string,
): GroupRequest => {
  const group = options.getGroupName()
  const all = options.getAll()
  return {
    stream: all === undefined ? readStream(options) : ALL_STREAM,
    group,
    filter,
    startFrom: all === undefined ? readStreamStart(options.getStream(), settings) : readAllStart(all, group),
    settings: readSettings(settings, strategy),
  }
}

/** A create request. A filter's expression is compiled once, so that a bad one is refused here. */
export const readCreate = (request: CreateReq): GroupRequest => {
  const options = request.getOptions()
  const settings = options?.getSettings()
  if (options === undefined || settings === undefined) throw handlerFailed('Options or settings are missing.')
  const filterMessage = options.getAll()?.getFilter()
  const filter = filterMessage === undefined ? undefined : readFilter(filterMessage)
  if (filter !== undefined) compileFilter(filter)
  const strategy = settings.getConsumerStrategy() || strategyName(settings.getNamedConsumerStrategy())
  return readRequest(options, settings, filter, strategy)
}

export const readUpdate = (request: UpdateReq): GroupRequest => {
  const options = request.getOptions()
  const settings = options?.getSettings()
  if (options === undefined || settings === undefined) throw handlerFailed('Options or settings are missing.')
  return readRequest(options, settings, undefined, strategyName(settings.getNamedConsumerStrategy()))
}

const strategyName = (number: number): string => STRATEGIES[number] ?? String(number)

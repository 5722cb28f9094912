import type grpc from '@grpc/grpc-js'
import type { Timestamp } from 'google-protobuf/google/protobuf/timestamp_pb.js'
import type shared from '@eventstore/db-client/generated/shared_pb.js'
import type streams from '@eventstore/db-client/generated/streams_pb.js'
import { RpcError } from '../grpc/errors.ts'
import { ResponseStream } from '../grpc/response-stream.ts'
import { streamNameOf } from '../grpc/stream-identifier.ts'
import { parseUuid, structuredUuid } from '../grpc/uuid.ts'
import { LogClosed } from '../log/log-closed.ts'
import type { ExpectedRevision, Log, ProposedRecord } from '../log/types.ts'
import { inTime, WriteTimedOut } from '../log/write-timeout.ts'
import { appendSizeOf, type AppendLimits } from './append-size.ts'
import { batchAnswer, statusOfRefusal, statusOfResult, type BatchRefusal } from './batch-append-answers.ts'
import { encodeBatchSuccess } from './batch-success.ts'
import { readProposedRecord, RefusedEvent } from './proposed-record.ts'
import { refusalOfStream } from './writable-stream.ts'

/** How long an append may stay incomplete, whatever deadline it carries. */
const CHUNKS_TIMEOUT = 2_000

/** Appends on their way to the disk for one call, and what they hold together; more than these have to wait in the connection. */
const MOST_UNDER_WAY = 5_000
const MOST_BYTES_UNDER_WAY = 16 * 1_048_576

/** What the incomplete appends of one call may hold together. Each counts a little even when it is empty. */
const MOST_STAGED = 64 * 1_048_576
const STAGED_OVERHEAD = 1_024

/** An append whose last chunk has not come yet. */
type Staged = {
  readonly correlationId: shared.UUID
  readonly stream: string
  readonly expected: ExpectedRevision
  readonly records: ProposedRecord[]
  /** None when the append came in one piece. */
  readonly timer: NodeJS.Timeout | undefined
  size: number
}

/**
 * Streams.BatchAppend: one long stream of appends, each in one or more chunks under its correlation id, several possibly interleaved.
 * The client has no timer of its own, and a second answer to one id makes it throw: every append is answered exactly once. Once it is
 * answered, further chunks are unknown here and passed over.
 */
export class BatchAppendCall {
  readonly #call: grpc.ServerDuplexStream<streams.BatchAppendReq, Buffer>
  readonly #log: Log
  readonly #limits: AppendLimits
  readonly #responses: ResponseStream<Buffer>
  readonly #staged = new Map<string, Staged>()
  readonly #underWay = new Set<Promise<void>>()
  #stagedBytes = 0
  #bytesUnderWay = 0

  constructor(call: grpc.ServerDuplexStream<streams.BatchAppendReq, Buffer>, log: Log, limits: AppendLimits) {
    this.#call = call
    this.#log = log
    this.#limits = limits
    this.#responses = new ResponseStream(call)
  }

  /** Ends when the client has sent everything and every append is answered. */
  async run(): Promise<void> {
    try {
      for await (const request of this.#requests()) {
        this.#take(request)
        while (this.#underWay.size >= MOST_UNDER_WAY || this.#bytesUnderWay >= MOST_BYTES_UNDER_WAY)
          await this.#underWay.values().next().value
        await this.#responses.room()
      }
      // Their last chunks can't come any more.
      for (const id of this.#staged.keys()) this.#timeOut(id)
      await Promise.all(this.#underWay)
    } finally {
      for (const { timer } of this.#staged.values()) clearTimeout(timer)
    }
  }

  #requests(): AsyncIterable<streams.BatchAppendReq> {
    return this.#call
  }

  #take(request: streams.BatchAppendReq): void {
    const correlationId = request.getCorrelationId()
    if (correlationId === undefined) return
    const id = parseUuid(correlationId) ?? correlationId.getString()
    const options = request.getOptions()
    if (options !== undefined && !this.#begin(id, correlationId, options, request.getIsFinal())) return
    const staged = this.#staged.get(id)
    if (staged === undefined) return
    const refusal = this.#stage(staged, request.getProposedMessagesList())
    if (refusal !== undefined) this.#refuse(id, refusal)
    else if (request.getIsFinal()) this.#finish(id, staged)
  }

  /** False when the append is refused for its options already. */
  #begin(id: string, correlationId: shared.UUID, options: streams.BatchAppendReq.Options, isFinal: boolean): boolean {
    const stream = streamNameOf(options.getStreamIdentifier())
    const expected = readExpected(options)
    const before = this.#staged.get(id)
    if (before !== undefined) {
      this.#refuse(id, { kind: 'bad_request', reason: 'The options came twice.' })
      return false
    }
    const refuse = (refusal: BatchRefusal): false => {
      this.#respond(batchAnswer(correlationId, stream ?? '').setError(statusOfRefusal(refusal)))
      return false
    }
    if (stream === undefined)
      return refuse({ kind: 'bad_request', reason: 'Required field stream_identifier not set.' })
    const name = refusalOfStream(stream)
    if (name === 'access_denied') return refuse({ kind: 'access_denied' })
    if (name === 'bad_name') return refuse({ kind: 'bad_request', reason: 'Bad stream name.' })
    if (expected === undefined) return refuse({ kind: 'bad_request', reason: 'No expected revision.' })
    const remaining = Math.min(millisecondsUntil(options.getDeadline()), CHUNKS_TIMEOUT)
    if (remaining <= 0) return refuse({ kind: 'timeout' })
    const timer = isFinal ? undefined : setTimeout(() => this.#timeOut(id), remaining)
    this.#staged.set(id, { correlationId, stream, expected, records: [], timer, size: 0 })
    this.#stagedBytes += STAGED_OVERHEAD
    return true
  }

  /** The size is looked at after every chunk, so that what is too large is refused before it is all here. */
  #stage(staged: Staged, messages: readonly streams.BatchAppendReq.ProposedMessage[]): BatchRefusal | undefined {
    const before = staged.size
    try {
      for (const message of messages) {
        const record = readProposedRecord(message)
        staged.size += appendSizeOf(record)
        staged.records.push(record)
      }
    } catch (error) {
      if (error instanceof RefusedEvent || error instanceof RpcError)
        return { kind: 'bad_request', reason: error.message }
      throw error
    } finally {
      this.#stagedBytes += staged.size - before
    }
    if (staged.size > this.#limits.maxAppendSize) return { kind: 'too_large', limit: this.#limits.maxAppendSize }
    // As if its end had not come in time: the client may try it again.
    return this.#stagedBytes > MOST_STAGED ? { kind: 'timeout' } : undefined
  }

  #unstage(id: string, staged: Staged): void {
    clearTimeout(staged.timer)
    this.#staged.delete(id)
    this.#stagedBytes -= staged.size + STAGED_OVERHEAD
  }

  #finish(id: string, staged: Staged): void {
    this.#unstage(id, staged)
    this.#bytesUnderWay += staged.size
    const done = this.#append(staged).finally(() => {
      this.#underWay.delete(done)
      this.#bytesUnderWay -= staged.size
    })
    this.#underWay.add(done)
  }

  async #append({ correlationId, stream, expected, records }: Staged): Promise<void> {
    const answer = (): streams.BatchAppendResp => batchAnswer(correlationId, stream)
    const write = this.#log.append(stream, expected, records)
    try {
      const result = await inTime(write, this.#limits.writeTimeout)
      if (result.kind !== 'appended') this.#respond(answer().setError(statusOfResult(result, stream, expected)))
      else this.#responses.push(encodeBatchSuccess(correlationId, stream, result.revision, result.position))
    } catch (error) {
      if (error instanceof WriteTimedOut) {
        this.#respond(answer().setError(statusOfRefusal({ kind: 'timeout' })))
        // It is under way until it is written, answered or not.
        await Promise.allSettled([write])
        return
      }
      if (!(error instanceof LogClosed)) process.emitWarning(error instanceof Error ? error : String(error))
      this.#respond(answer().setError(statusOfRefusal({ kind: 'failed', reason: 'The append could not be written.' })))
    }
  }

  #refuse(id: string, refusal: BatchRefusal): void {
    const staged = this.#staged.get(id)
    if (staged === undefined) return
    this.#unstage(id, staged)
    this.#respond(batchAnswer(staged.correlationId, staged.stream).setError(statusOfRefusal(refusal)))
  }

  /** EventStoreDB gives back the id in its other form here. */
  #timeOut(id: string): void {
    const staged = this.#staged.get(id)
    if (staged === undefined) return
    this.#unstage(id, staged)
    const correlationId = parseUuid(staged.correlationId) === undefined ? staged.correlationId : structuredUuid(id)
    this.#respond(batchAnswer(correlationId, staged.stream).setError(statusOfRefusal({ kind: 'timeout' })))
  }

  #respond(answer: streams.BatchAppendResp): void {
    this.#responses.push(Buffer.from(answer.serializeBinary()))
  }
}

/** Not by way of a Date, which ends before a timestamp does. */
const millisecondsUntil = (deadline: Timestamp | undefined): number =>
  deadline === undefined ? Infinity : deadline.getSeconds() * 1_000 + deadline.getNanos() / 1_000_000 - Date.now()

const readExpected = (options: streams.BatchAppendReq.Options): ExpectedRevision | undefined => {
  if (options.hasStreamPosition()) return BigInt(options.getStreamPosition())
  if (options.hasNoStream()) return 'no_stream'
  if (options.hasAny()) return 'any'
  return options.hasStreamExists() ? 'stream_exists' : undefined
}

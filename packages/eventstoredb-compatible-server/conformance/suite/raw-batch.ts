import { randomUUID } from 'node:crypto'
import type { ServiceError } from '@grpc/grpc-js'
import empty from 'google-protobuf/google/protobuf/empty_pb.js'
import timestamp from 'google-protobuf/google/protobuf/timestamp_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { identifier, uuid, type Expected } from './raw-append.ts'
import type { Server } from './server.ts'
import { until } from './waiting.ts'

export type Chunk = {
  /** Given in the first message of an append only; 'unset' for options without a stream. */
  readonly stream?: string
  readonly expected?: Expected
  /** Milliseconds from now. */
  readonly deadline?: number
  readonly events?: number
  readonly ids?: readonly string[]
  readonly size?: number
  readonly type?: string
  readonly final?: boolean
}

const request = (
  id: string,
  { stream, expected = 'any', deadline, events, ids, size = 2, type = 'Happened', final = false }: Chunk,
): streams.BatchAppendReq => {
  const message = new streams.BatchAppendReq().setCorrelationId(uuid(id)).setIsFinal(final)
  if (stream !== undefined) {
    const options = new streams.BatchAppendReq.Options()
    if (stream !== 'unset') options.setStreamIdentifier(identifier(stream))
    if (expected === 'any') options.setAny(new empty.Empty())
    else if (expected === 'no_stream') options.setNoStream(new empty.Empty())
    else if (expected === 'stream_exists') options.setStreamExists(new empty.Empty())
    else if (typeof expected === 'bigint') options.setStreamPosition(String(expected))
    if (deadline !== undefined) options.setDeadline(timestamp.Timestamp.fromDate(new Date(Date.now() + deadline)))
    message.setOptions(options)
  }
  for (const eventId of ids ?? Array.from({ length: events ?? 0 }, () => randomUUID())) {
    const event = new streams.BatchAppendReq.ProposedMessage().setId(uuid(eventId)).setData(new Uint8Array(size))
    event.getMetadataMap().set('type', type).set('content-type', 'application/octet-stream')
    message.addProposedMessages(event)
  }
  return message
}

/** A batch stream, and all it answers. */
export class Batch {
  readonly answers: streams.BatchAppendResp[] = []
  error: ServiceError | undefined
  ended = false
  readonly #call

  constructor(server: Server) {
    this.#call = server.streams.batchAppend()
    this.#call
      .on('data', (answer: streams.BatchAppendResp) => this.answers.push(answer))
      .on('error', (error: ServiceError) => (this.error = error))
      .on('end', () => (this.ended = true))
    server.after(async () => this.#call.cancel())
  }

  /** Sends the chunks of one append; its correlation id. */
  send(...chunks: readonly Chunk[]): string {
    const id = randomUUID()
    for (const chunk of chunks) this.sendPart(id, chunk)
    return id
  }

  sendPart(id: string, chunk: Chunk): void {
    this.#call.write(request(id, chunk))
  }

  end(): void {
    this.#call.end()
  }

  async answered(count: number): Promise<void> {
    await until(
      `${count} answers`,
      () => this.answers.length >= count,
      () => this.answers.map(said),
    )
  }
}

/** `revision 3`, `no stream`, or the error's short name. */
export const said = (answer: streams.BatchAppendResp): string => {
  const success = answer.getSuccess()
  if (success?.hasCurrentRevision() === true) return `revision ${success.getCurrentRevision()}`
  if (success !== undefined) return success.hasNoStream() ? 'no stream' : 'success without revision'
  return answer.getError()?.getDetails()?.getTypeUrl().split('.').at(-1) ?? 'nothing'
}

/** A correlation id in whichever form it came. */
export const correlation = (
  answer: streams.BatchAppendResp,
): { readonly id: string; readonly form: 'string' | 'structured' } => {
  const id = answer.getCorrelationId()
  const structured = id?.getStructured()
  if (structured === undefined) return { id: id?.getString() ?? '', form: 'string' }
  const hex = [structured.getMostSignificantBits(), structured.getLeastSignificantBits()]
    .map((bits) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0'))
    .join('')
  return { id: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), form: 'structured' }
}

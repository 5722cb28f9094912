import { randomUUID } from 'node:crypto'
import { convertToCommandError, UnsupportedError, type EventStoreDBClient } from '@eventstore/db-client'
import { parseUUID } from '@eventstore/db-client/dist/utils/grpcUUID.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type streams from '@eventstore/db-client/generated/streams_pb.js'
import grpc from '@grpc/grpc-js'
import { appendRequestsOf, type AppendRequest, type EncodedEvent } from './append-request.ts'
import { refusalOfAppend } from './classify-error.ts'
import { channelOf } from './client-channel.ts'
import { StoreUnavailable, UnusableAnswer, type Appended, type ExpectedRevision } from './port.ts'
import { placeOf, revisionOf } from './server-values.ts'

/** The call by which a client appends, opened when it is needed and anew when it has broken. */
export type AppendCall = {
  /**
   * One attempt; answers when the server does, or when the call breaks, and never by itself.
   * @throws VersionConflict; else what the client's own method would; StoreUnavailable when the server ends the call; UnusableAnswer
   */
  append(stream: string, events: readonly EncodedEvent[], expected: ExpectedRevision): Promise<Appended>
}

type Stream = grpc.ClientDuplexStream<AppendRequest, streams.BatchAppendResp>
type Appending = grpc.Client & { batchAppend(metadata: grpc.Metadata, options: grpc.CallOptions): Stream }
type Waiting = {
  readonly stream: string
  readonly expected: ExpectedRevision
  readonly resolve: (appended: Appended) => void
  readonly reject: (error: unknown) => void
}
type Open = {
  readonly stream: Stream
  readonly waiting: Map<string, Waiting>
  readonly brokenBy: () => { readonly error: unknown } | undefined
}

const { batchAppend } = streamsGrpc.StreamsService
const AppendingClient = grpc.makeGenericClientConstructor(
  { batchAppend: { ...batchAppend, requestSerialize: ({ bytes }: AppendRequest) => bytes } },
  'Streams',
)

/**
 * Appends as the client's own method does, by its channel. That method keeps the appends of all clients in one table, which any broken call
 * clears, and throws at an answer that comes after that; here each call has a table of its own. It also makes each event twice, by way of
 * base64; here the bytes are made once, for all attempts.
 */
export const createAppendCall = (client: EventStoreDBClient): AppendCall => {
  let current: Promise<Open> | undefined

  const take = (): Promise<Open> => {
    if (current !== undefined) return current
    const forget = () => {
      if (current === opening) current = undefined
    }
    const opening = openCall(client, forget)
    opening.catch(forget)
    return (current = opening)
  }

  return {
    async append(stream, events, expected) {
      const open = await take()
      const broken = open.brokenBy()
      if (broken !== undefined) throw broken.error
      return new Promise((resolve, reject) => {
        const id = randomUUID()
        open.waiting.set(id, { stream, expected, resolve, reject })
        for (const request of appendRequestsOf(id, stream, events, expected)) open.stream.write(request)
      })
    },
  }
}

const openCall = async (client: EventStoreDBClient, forget: () => void): Promise<Open> => {
  const channel = channelOf(client)
  const waiting: Open['waiting'] = new Map()
  let broken: { readonly error: unknown } | undefined
  const breakWith = (error: unknown) => {
    broken ??= { error }
    forget()
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  if (!(await channel.supports(batchAppend))) throw new UnsupportedError('batchAppend', '21.10')
  const open = channel.GRPCStreamCreator<Appending, Stream>(AppendingClient, 'appendToStream', async (appending) => {
    const stream = appending.batchAppend(...channel.callArguments({}, { deadline: Infinity }))
    // In this very turn: what it emits must not be missed.
    stream.on('error', (error) => {
      breakWith(convertToCommandError(error))
    })
    stream.on('end', () => {
      // Until this side is over too the client waits for it when it is closed.
      stream.end()
      breakWith(new StoreUnavailable('the server has ended the call for appends'))
    })
    stream.on('data', (answer: streams.BatchAppendResp) => {
      settle(waiting, answer)
    })
    return stream
  })
  return { stream: await open(), waiting, brokenBy: () => broken }
}

/** Some servers answer twice; nobody waits for the second. Never throws: nobody could catch it. */
const settle = (waiting: Open['waiting'], answer: streams.BatchAppendResp): void => {
  const id = idIn(answer)
  const of = waiting.get(id)
  if (of === undefined) return
  waiting.delete(id)
  try {
    of.resolve(appendedBy(of, answer))
  } catch (error) {
    of.reject(error)
  }
}

/** We send text; what comes back as anything else is nobody's. */
const idIn = (answer: streams.BatchAppendResp): string => {
  const correlation = answer.getCorrelationId()
  if (correlation === undefined) return ''
  return correlation.hasStructured() || correlation.hasString() ? parseUUID(correlation) : ''
}

const appendedBy = ({ stream, expected }: Waiting, answer: streams.BatchAppendResp): Appended => {
  const error = answer.getError()
  if (error !== undefined) throw refusalOfAppend(error, stream, expected)
  const success = answer.getSuccess()
  if (success === undefined) throw new UnusableAnswer(`what was appended to ${stream} has neither succeeded nor failed`)
  const position = success.getPosition()
  return {
    revision: revisionOf(BigInt(success.getCurrentRevision()), `what was appended to ${stream}`),
    position:
      position === undefined
        ? undefined
        : placeOf({ commit: BigInt(position.getCommitPosition()), prepare: BigInt(position.getPreparePosition()) }),
  }
}

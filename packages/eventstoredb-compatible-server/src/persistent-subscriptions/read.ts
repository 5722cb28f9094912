import messages from '@eventstore/db-client/generated/persistent_pb.js'
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/persistent_pb.js'
import type { UUID } from '@eventstore/db-client/generated/shared_pb.js'
import type grpc from '@grpc/grpc-js'
import { handlerFailed, maximumSubscribersReached, persistentSubscriptionDropped } from '../grpc/errors.ts'
import { toStatus } from '../grpc/guard.ts'
import { encodePersistentReadEvent } from '../grpc/recorded-event.ts'
import type { IdFormat } from '../grpc/recorded-event.ts'
import { parseUuid } from '../grpc/uuid.ts'
import { Consumer } from './consumer.ts'
import type { Connection } from './consumer.ts'
import type { Group, NackAction } from './group.ts'
import { sourceName } from './group-request.ts'
import { keyOf } from './names.ts'
import type { Subsystem } from './subsystem.ts'

/** Events are written as bytes, already encoded; see `definition` in service.ts. */
export type ReadCall = grpc.ServerDuplexStream<ReadReq, ReadResp | Buffer>

/** Index = number on the wire: unknown, park, retry, skip, stop. Stop stops nothing. */
const NACK_ACTIONS: readonly NackAction[] = ['retry', 'park', 'retry', 'skip', 'skip']

/** What comes after the options: acknowledgements. Returns false for what makes the rest of them be ignored. */
const settle = (group: Group, request: ReadReq): boolean => {
  const ack = request.getAck()
  if (ack !== undefined) group.ack(idsOf(ack.getIdsList()))
  const nack = request.getNack()
  if (nack === undefined) return true
  const action = NACK_ACTIONS[nack.getAction()]
  if (action === undefined) return false
  group.nack(idsOf(nack.getIdsList()), action, nack.getReason())
  return true
}

/** What is no id names nothing. */
const idsOf = (list: readonly UUID[]): readonly string[] => list.flatMap((id) => parseUuid(id) ?? [])

const connectionOf = (
  call: ReadCall,
  stream: string,
  group: string,
  ids: IdFormat,
): Connection & { ended: boolean } => {
  const connection = {
    ended: false,
    write: ({ resolved, retryCount }: Parameters<Connection['write']>[0]): boolean =>
      connection.ended || resolved === undefined || call.write(encodePersistentReadEvent(resolved, retryCount, ids)),
    drop: (): void => {
      if (connection.ended) return
      connection.ended = true
      call.emit('error', persistentSubscriptionDropped(stream, group))
    },
  }
  return connection
}

const confirmation = (key: string): ReadResp =>
  new messages.ReadResp().setSubscriptionConfirmation(
    new messages.ReadResp.SubscriptionConfirmation().setSubscriptionId(key),
  )

const open = async (
  subsystem: Subsystem,
  call: ReadCall,
  options: ReadReq.Options | undefined,
): Promise<Group | undefined> => {
  if (options === undefined) throw handlerFailed('The first message has no options.')
  const window = options.getBufferSize()
  if (window < 0) throw handlerFailed('The buffer size is negative.')
  const stream = sourceName(options)
  const name = options.getGroupName()
  // It may be created, and asked about; who wants to consume it has left the name out.
  if (name === '') throw handlerFailed('The group has no name.')
  const group = await subsystem.group(stream, name)
  if (call.cancelled) return undefined
  if (group.full) throw maximumSubscribersReached(stream, name)

  const ids = options.getUuidOption()?.hasStructured() === true ? 'structured' : 'string'
  const connection = connectionOf(call, stream, name, ids)
  const consumer = new Consumer(connection, {
    name: String(call.metadata.get('connection-name')[0] ?? '<unknown>'),
    username: 'system',
    window,
    extraStatistics: group.config.settings.extraStatistics,
  })
  call.on('drain', () => consumer.drained())
  call.on('cancelled', () => {
    connection.ended = true
    group.disconnect(consumer)
  })
  call.write(confirmation(keyOf(stream, name)))
  group.connect(consumer)
  return group
}

/** A consumer's call: options first, then acknowledgements, until the client cancels it or the consumer is dropped. */
export const read =
  (subsystem: Subsystem) =>
  (call: ReadCall): void => {
    let group: Group | undefined
    let listening = true
    const fail = (error: unknown): void => {
      listening = false
      if (!call.cancelled) call.emit('error', toStatus(error))
    }
    call.on('data', (request: ReadReq) => {
      if (!listening) return
      if (group !== undefined) {
        try {
          listening = settle(group, request)
        } catch (error) {
          fail(error)
        }
        return
      }
      call.pause()
      open(subsystem, call, request.getOptions()).then((opened) => {
        group = opened
        call.resume()
      }, fail)
    })
  }

import streams from '@eventstore/db-client/generated/streams_pb.js'
import { resolveLink, type ReadPhase } from '../grpc/links.ts'
import { encodeReadEvent, type IdFormat } from '../grpc/recorded-event.ts'
import { streamIdentifier } from '../grpc/stream-identifier.ts'
import type { Log, StoredRecord } from '../log/types.ts'
import type { AllPosition } from './read-request.ts'

/** Answers of a read are bytes from here on: events are encoded straight from their records. */
const encoded = (response: streams.ReadResp): Buffer => Buffer.from(response.serializeBinary())

export type EventEncoder = (record: StoredRecord, phase: ReadPhase) => Buffer

export const eventEncoder =
  (log: Log, { resolveLinks, ids }: { readonly resolveLinks: boolean; readonly ids: IdFormat }): EventEncoder =>
  (record, phase) =>
    encodeReadEvent(resolveLinks ? resolveLink(log, record, phase) : { event: record }, ids)

export const streamNotFound = (stream: string): Buffer =>
  encoded(
    new streams.ReadResp().setStreamNotFound(
      new streams.ReadResp.StreamNotFound().setStreamIdentifier(streamIdentifier(stream)),
    ),
  )

export const confirmation = (subscriptionId: string): Buffer =>
  encoded(
    new streams.ReadResp().setConfirmation(
      new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(subscriptionId),
    ),
  )

export const caughtUp = (): Buffer => encoded(new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()))

export const checkpoint = ({ commit, prepare }: AllPosition): Buffer =>
  encoded(
    new streams.ReadResp().setCheckpoint(
      new streams.ReadResp.Checkpoint().setCommitPosition(String(commit)).setPreparePosition(String(prepare)),
    ),
  )

import shared from '@eventstore/db-client/generated/shared_pb.js'

export const streamNameOf = (identifier: shared.StreamIdentifier | undefined): string | undefined =>
  identifier === undefined ? undefined : Buffer.from(identifier.getStreamName_asU8()).toString('utf8')

export const streamIdentifier = (stream: string): shared.StreamIdentifier =>
  new shared.StreamIdentifier().setStreamName(new Uint8Array(Buffer.from(stream, 'utf8')))

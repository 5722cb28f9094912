import type { ProposedRecord } from '../log/types.ts'
import { requiredMetadataMissing } from '../grpc/errors.ts'
import { parseUuid, type UuidMessage } from '../grpc/uuid.ts'

type ProposedMessage = {
  getId(): UuidMessage | undefined
  getMetadataMap(): { get(key: string): string | undefined }
  getCustomMetadata_asU8(): Uint8Array
  getData_asU8(): Uint8Array
}

/** An event that can't be stored. The text says why. */
export class RefusedEvent extends Error {
  override readonly name = 'RefusedEvent'
}

const NIL_ID = '00000000-0000-0000-0000-000000000000'

/**
 * The event in a request. `type` and `content-type` are required; only the exact content type of JSON counts as JSON, and nobody
 * looks whether the data really is. Throws a RefusedEvent for an event without a type or with an id that is no id.
 */
export const readProposedRecord = (message: ProposedMessage): ProposedRecord => {
  const type = message.getMetadataMap().get('type')
  const contentType = message.getMetadataMap().get('content-type')
  if (type === undefined || contentType === undefined) throw requiredMetadataMissing()
  const id = parseUuid(message.getId())
  if (id === undefined || id === NIL_ID) throw new RefusedEvent('An event needs an id that is a UUID and not nil.')
  if (type === '') throw new RefusedEvent('An event needs a type.')
  return {
    id,
    type,
    isJson: contentType === 'application/json',
    data: bufferOf(message.getData_asU8()),
    metadata: bufferOf(message.getCustomMetadata_asU8()),
  }
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

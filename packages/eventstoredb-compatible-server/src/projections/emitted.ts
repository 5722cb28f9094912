import { randomUUID } from 'node:crypto'
import { LINK_TYPE } from '../grpc/links.ts'
import type { ProposedRecord } from '../log/types.ts'
import type { Source } from './source.ts'

/** What a projection writes because of a record. */
export type Emitted = {
  readonly stream: string
  /** `$>`, a link, unless said otherwise. */
  readonly type?: string
  /** For a link: `N@stream`. */
  readonly data: string
  /** Keys of the metadata that only some projections write, with their JSON. */
  readonly extra?: Readonly<Record<string, string>>
}

/** The version of the projections' own system that links name. */
const SYSTEM_VERSION = 4

/**
 * The record of it. Its metadata say where it comes from, in the order in which EventStoreDB writes them: version of the projection,
 * position of the source, what is particular to the projection, id of the source, and its correlation.
 */
export const emittedRecord = (
  projection: number,
  { record, correlationId }: Source,
  { type, data, extra = {} }: Emitted,
): ProposedRecord => {
  const fields = {
    $v: JSON.stringify(`${projection}:-1:1:${SYSTEM_VERSION}`),
    $c: String(record.position),
    $p: String(record.position),
    ...extra,
    $causedBy: JSON.stringify(record.id),
    ...(correlationId === undefined ? {} : { $correlationId: JSON.stringify(correlationId) }),
  }
  const metadata = Object.entries(fields).map(([key, json]) => `"${key}":${json}`)
  return {
    id: randomUUID(),
    type: type ?? LINK_TYPE,
    isJson: false,
    data: Buffer.from(data),
    metadata: Buffer.from(`{${metadata.join(',')}}`),
  }
}

/**
 * How far a projection is. `stopped` and `following` have dealt with every record before the position. A `live` one has dealt with
 * everything: what it writes is part of the transaction of what it follows, so its position need not be written down.
 */
export type Progress = { readonly kind: 'stopped' | 'following'; readonly position: bigint } | { readonly kind: 'live' }

const KINDS = ['stopped', 'following', 'live'] as const

export const encodeProgress = (progress: Progress): Buffer => {
  const bytes = Buffer.alloc(9)
  bytes[0] = KINDS.indexOf(progress.kind)
  if (progress.kind !== 'live') bytes.writeBigUInt64BE(progress.position, 1)
  return bytes
}

/** A projection that was never heard of is stopped at the beginning. */
export const decodeProgress = (bytes: Buffer | undefined): Progress => {
  if (bytes === undefined) return { kind: 'stopped', position: 0n }
  const kind = KINDS[bytes.readUInt8(0)]
  if (kind === undefined)
    throw new Error('The data is of a newer format: a projection is in a state that is unknown here.')
  return kind === 'live' ? { kind } : { kind, position: bytes.readBigUInt64BE(1) }
}

export const markOf = (projection: string): string => `projection/${projection}`

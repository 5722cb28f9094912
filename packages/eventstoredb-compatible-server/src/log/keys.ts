import { createHash } from 'node:crypto'

/** Keys sort as bytes, so numbers are written big-endian. */
export const positionKey = (position: bigint): Buffer => {
  const key = Buffer.allocUnsafe(8)
  key.writeBigUInt64BE(position)
  return key
}

export const positionOfKey = (key: Buffer): bigint => key.readBigUInt64BE(0)

/** Streams are numbered, so that the index has short keys whatever a stream is called. */
export const indexKey = (streamNumber: number, revision: bigint): Buffer => {
  const key = Buffer.allocUnsafe(14)
  key.writeUIntBE(streamNumber, 0, 6)
  key.writeBigUInt64BE(revision, 6)
  return key
}

export const streamNumberOfIndexKey = (key: Buffer): number => key.readUIntBE(0, 6)

export const revisionOfIndexKey = (key: Buffer): bigint => key.readBigUInt64BE(6)

const LONGEST_PLAIN_NAME = 1024

/** A name that is too long for a key is kept by its hash, behind a byte that UTF-8 never has. */
export const streamKey = (stream: string): Buffer => {
  const name = Buffer.from(stream, 'utf8')
  if (name.length <= LONGEST_PLAIN_NAME) return name
  return Buffer.concat([Buffer.from([0xff]), createHash('sha256').update(name).digest()])
}

import { crc32 } from 'node:zlib'
import { DamagedData } from './damaged-data.ts'

const LENGTH = 4

/** The value with a checksum of it and of its key behind it: lmdb has none, and would hand out whatever the disk made of a page. */
export const seal = (key: Buffer, value: Buffer): Buffer => {
  const sealed = Buffer.allocUnsafe(value.length + LENGTH)
  value.copy(sealed)
  sealed.writeUInt32BE(crc32(value, crc32(key)), value.length)
  return sealed
}

/** The value again. Throws when it, or the key it stands under, is not what was written. */
export const unseal = (table: string, key: Buffer, sealed: Buffer): Buffer => {
  const value = sealed.subarray(0, Math.max(sealed.length - LENGTH, 0))
  if (sealed.length < LENGTH || sealed.readUInt32BE(value.length) !== crc32(value, crc32(key))) {
    throw new DamagedData(`an entry of "${table}" under the key ${key.toString('hex')} is not what was written`)
  }
  return value
}

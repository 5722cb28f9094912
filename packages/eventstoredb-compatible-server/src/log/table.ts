import type { Database, RangeOptions } from 'lmdb'
import { seal, unseal } from './seal.ts'

export type Entry = { readonly key: Buffer; readonly value: Buffer }

/** One of the storage's key-value tables; keys sort as bytes. */
export type Table = {
  get(key: Buffer): Buffer | undefined
  /** To be called within a transaction, whose end says whether it was written. */
  put(key: Buffer, value: Buffer): void
  getRange(range: RangeOptions): Iterable<Entry>
  getKeys(range: RangeOptions): Iterable<Buffer>
}

/** A table whose values carry a checksum, unless they come from a time when they had none. */
export const openTable = (name: string, database: Database<Buffer, Buffer>, isSealed: boolean): Table => {
  if (!isSealed) {
    return {
      get: (key) => database.get(key),
      put: (key, value) => void database.put(key, value),
      getRange: (range) => database.getRange(range),
      getKeys: (range) => database.getKeys(range),
    }
  }
  return {
    get: (key) => {
      const sealed = database.get(key)
      return sealed && unseal(name, key, sealed)
    },
    put: (key, value) => void database.put(key, seal(key, value)),
    getRange: (range) => database.getRange(range).map(({ key, value }) => ({ key, value: unseal(name, key, value) })),
    getKeys: (range) => database.getKeys(range),
  }
}

import protobuf from 'protobufjs/minimal.js'

// What the event store's messages are read and written with, field by field.

export type Reader = protobuf.Reader
export type Writer = protobuf.Writer

export const readerOf = (bytes: Uint8Array): Reader => protobuf.Reader.create(bytes)
export const createWriter = (): Writer => protobuf.Writer.create()

/** Reads a field by its number; answers false, and has read nothing, where it does not know it. */
export type ReadField = (field: number, reader: Reader) => boolean

/** Reads a message up to its end: the whole, or what a field holds. Fields that nobody knows are passed over. */
export const readFields = (reader: Reader, read: ReadField, end: number = reader.len): void => {
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (!read(tag >>> 3, reader)) reader.skipType(tag & 7)
  }
}

/** Reads the message that a field holds. Answers true. */
export const readMessage = (reader: Reader, read: ReadField): true => {
  const length = reader.uint32()
  readFields(reader, read, reader.pos + length)
  return true
}

/** An unsigned number of 64 bits. */
export const readUint64 = (reader: Reader): bigint => {
  const { high, low } = reader.uint64()
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
}

const varint = 0
const lengthDelimited = 2
const tagOf = (field: number, type: number): number => (field << 3) | type

export const writeMessage = (writer: Writer, field: number, write: () => void): void => {
  writer.uint32(tagOf(field, lengthDelimited)).fork()
  write()
  writer.ldelim()
}
export const writeString = (writer: Writer, field: number, text: string): void => {
  writer.uint32(tagOf(field, lengthDelimited)).string(text)
}
export const writeBytes = (writer: Writer, field: number, bytes: Uint8Array): void => {
  writer.uint32(tagOf(field, lengthDelimited)).bytes(bytes)
}
export const writeBool = (writer: Writer, field: number, value: boolean): void => {
  writer.uint32(tagOf(field, varint)).bool(value)
}
export const writeUint64 = (writer: Writer, field: number, value: bigint): void => {
  writer.uint32(tagOf(field, varint)).uint64(String(value))
}

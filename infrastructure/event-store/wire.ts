import type { BinaryReader } from 'google-protobuf'

/** What is to be done with a field of a message, by its number; others are passed over. */
export type Fields = { readonly [number: number]: (reader: BinaryReader) => void }

export const readFields = (reader: BinaryReader, fields: Fields): void => {
  while (reader.nextField() && !reader.isEndGroup()) {
    const read = fields[reader.getFieldNumber()]
    if (read === undefined) reader.skipField()
    else read(reader)
  }
}

/** The reader wants a message to fill; there is none. */
export const readMessage = (reader: BinaryReader, fields: Fields): void => { reader.readMessage(undefined, () => { readFields(reader, fields) }) }

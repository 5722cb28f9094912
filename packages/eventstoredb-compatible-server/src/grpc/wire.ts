/** The few pieces of protobuf that events are written with. Lengths are computed first, so that a message is one allocation. */

const LENGTH_DELIMITED = 2

const twoToThe32 = 0x1_0000_0000

export const varintLength = (value: number): number => {
  let length = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length += 1
  return length
}

/** Writes a non-negative safe integer; returns the offset after it. */
export const writeVarint = (target: Buffer, offset: number, value: number): number => {
  let at = offset
  let rest = value
  while (rest >= twoToThe32) {
    target[at++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  rest = rest >>> 0
  while (rest >= 0x80) {
    target[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  target[at++] = rest
  return at
}

const safe = BigInt(Number.MAX_SAFE_INTEGER)

/** For uint64 and int64 alike: a negative number counts as its two's complement. */
export const varint64Length = (value: bigint): number => {
  if (value >= 0n && value <= safe) return varintLength(Number(value))
  let length = 1
  for (let rest = BigInt.asUintN(64, value); rest >= 0x80n; rest >>= 7n) length += 1
  return length
}

export const writeVarint64 = (target: Buffer, offset: number, value: bigint): number => {
  if (value >= 0n && value <= safe) return writeVarint(target, offset, Number(value))
  let at = offset
  let rest = BigInt.asUintN(64, value)
  while (rest >= 0x80n) {
    target[at++] = Number(rest & 0x7fn) | 0x80
    rest >>= 7n
  }
  target[at++] = Number(rest)
  return at
}

/** Length of a field with a number below 16 whose content has `length` bytes. */
export const delimitedLength = (length: number): number => 1 + varintLength(length) + length

/** Writes tag and length of a field with a number below 16; its content follows. */
export const writeDelimiter = (target: Buffer, offset: number, field: number, length: number): number => {
  target[offset] = (field << 3) | LENGTH_DELIMITED
  return writeVarint(target, offset + 1, length)
}

export const writeVarintField = (target: Buffer, offset: number, field: number, value: bigint): number => {
  target[offset] = field << 3
  return writeVarint64(target, offset + 1, value)
}

export const writeBytesField = (target: Buffer, offset: number, field: number, bytes: Buffer): number => {
  const start = writeDelimiter(target, offset, field, bytes.length)
  bytes.copy(target, start)
  return start + bytes.length
}

/** `length` is the text's length in UTF-8. */
export const writeTextField = (target: Buffer, offset: number, field: number, text: string, length: number): number => {
  const start = writeDelimiter(target, offset, field, length)
  target.write(text, start, length, 'utf8')
  return start + length
}

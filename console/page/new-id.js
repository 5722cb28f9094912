/**
 * A UUID of chance alone. `crypto.randomUUID` is there only where the page comes by TLS or from this machine.
 * @returns {string}
 */
export const newId = () => {
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte, at) =>
    versioned(byte, at).toString(16).padStart(2, '0'),
  )
  return hex.join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** With the version and the variant where they belong (RFC 9562, 5.4). @param {number} byte @param {number} at */
const versioned = (byte, at) => {
  if (at === 6) return (byte & 0x0f) | 0x40
  return at === 8 ? (byte & 0x3f) | 0x80 : byte
}

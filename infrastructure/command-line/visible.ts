/** What moves the cursor, colours what follows, or turns its direction: also those of one byte from 0x80 on. */
const unseen = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu

/** As JSON writes it, so that JSON stays the same JSON. */
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** For a terminal: what somebody else has written is seen, and does nothing. Line breaks and tabs stay. */
export const visible = (text: string): string =>
  text.replaceAll(unseen, (character) => (character === '\n' || character === '\t' ? character : escaped(character)))

/** The same, in one line. */
export const visibleInLine = (text: string): string => text.replaceAll(unseen, escaped)

import { z } from 'zod'

/** Unicode's characters that show nothing, or turn round what follows them, by what is wrong with them. */
const faults: readonly (readonly [RegExp, string])[] = [
  [/\p{Cc}/u, 'Control characters are not allowed.'],
  [/[\p{Zl}\p{Zp}]/u, 'This is to be one line.'],
  // Embeddings, overrides and isolates reach beyond themselves: whatever stands behind the name would be turned round with it.
  [/[\u202A-\u202E\u2066-\u2069]/u, 'Characters that turn the direction of writing are not allowed.'],
  // U+FFFD stands where somebody before us could not read a character.
  [/\uFFFD/u, 'Characters of this have been lost on the way (U+FFFD).'],
  [/\p{Noncharacter_Code_Point}/u, 'This holds what is no character.'],
]

/** What is left when nobody sees it: blanks, what Unicode says is to be ignored, marks with nothing to stand on, the empty Braille cell. */
const unseen = /[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{M}\u2800]/gu

/** What is wrong with it, in a sentence for whoever sent it. */
export const textFault = (value: string, longest: number): string | undefined => {
  // Half a surrogate pair: asked first, since it is no character of any class.
  if (!value.isWellFormed()) return 'This is not well-formed Unicode.'
  if (value === '') return 'This must not be empty.'
  // As JSON Schema counts, and as people do: not in UTF-16.
  if ([...value].length > longest) return `This is longer than ${longest} characters.`
  return (
    faults.find(([pattern]) => pattern.test(value))?.[1] ??
    (value.replaceAll(unseen, '') === '' ? 'This shows nothing.' : undefined)
  )
}

const checked = (longest: number, also: (value: string) => string | undefined) =>
  z
    .string()
    .trim()
    .superRefine((value, context) => {
      const message = textFault(value, longest) ?? also(value)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    })
    .meta({ minLength: 1, maxLength: longest })

/**
 * A line of text that people write for people: a name, an address, a reason. It is kept as it was sent, but for the blanks around it, or
 * it is refused; Unicode's forms are not exchanged for each other. Whatever passes can stand in a mail's header, in a log and in
 * PostgreSQL.
 */
export const lineOfText = (longest: number) => checked(longest, () => undefined)

/**
 * The same for what is compared: the number of a document or of a parcel. Two ways to write one character would be two numbers, so
 * that one of them alone is taken.
 */
export const lineToCompare = (longest: number) =>
  checked(longest, (value) =>
    value === value.normalize('NFC') ? undefined : 'Write this in composed characters (NFC).',
  )

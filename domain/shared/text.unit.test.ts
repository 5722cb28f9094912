import { expect } from 'chai'
import { lineOfText, lineToCompare } from './text.ts'

const asked = (schema: ReturnType<typeof lineOfText>, value: unknown): string => {
  const { success, data, error } = schema.safeParse(value)
  return success ? `taken: ${data}` : error.issues.map(({ message }) => message).join(' ')
}
const line = (value: unknown) => asked(lineOfText(20), value)

describe('a line of text', () => {
  for (const [what, value] of Object.entries({
    'a name': 'Ada Lovelace',
    'a name in composed characters': 'J\u00f6rg',
    'a name in single characters and marks': 'Jo\u0308rg',
    'Arabic, with a mark of direction': '\u0645\u0631\u062d\u0628\u0627\u200f!',
    'Persian, with a non-joiner': '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645',
    'a family, joined': '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
    'one sign': '\u2014',
    'as many characters as may be, of two units each': '\u{1f600}'.repeat(20),
  })) {
    it(`is kept as it was sent: ${what}`, () => {
      expect(line(value)).to.equal(`taken: ${value}`)
    })
  }

  it('loses the blanks around it, and nothing else', () => {
    expect(line(' \u3000Ada  L. ')).to.equal('taken: Ada  L.')
  })

  for (const [what, value, fault] of [
    ['nothing', '', 'This must not be empty.'],
    ['blanks', ' \u00a0 ', 'This must not be empty.'],
    ['one character too many', 'x'.repeat(21), 'This is longer than 20 characters.'],
    ['NUL', 'a\0', 'Control characters are not allowed.'],
    ['a line break', 'a\r\nBcc: b', 'Control characters are not allowed.'],
    ['a colour of the terminal', '\u001b[31mred', 'Control characters are not allowed.'],
    ['the line separator', 'a\u2028b', 'This is to be one line.'],
    ['half a character', '\ud83d', 'This is not well-formed Unicode.'],
    ['the other half, behind text', 'a\ude00', 'This is not well-formed Unicode.'],
    ['an override', 'a\u202etxt.exe', 'Characters that turn the direction of writing are not allowed.'],
    ['an isolate', 'a\u2067b', 'Characters that turn the direction of writing are not allowed.'],
    ['what was lost on the way', 'J\ufffdrg', 'Characters of this have been lost on the way (U+FFFD).'],
    ['what is no character', 'a\uffff', 'This holds what is no character.'],
    ['zero width', '\u200b\u200d\u2060\u00ad', 'This shows nothing.'],
    ['marks of direction', '\u200e\u200f\u061c', 'This shows nothing.'],
    ['letters that fill in', '\u3164\u115f\uffa0', 'This shows nothing.'],
    ['an empty cell of Braille', '\u2800', 'This shows nothing.'],
    ['a mark with nothing to stand on', '\u0308', 'This shows nothing.'],
  ] as const) {
    it(`is not ${what}`, () => {
      expect(line(value)).to.equal(fault)
    })
  }

  it('is written in one way, where it is compared', () => {
    const number = (value: string) => asked(lineToCompare(20), value)
    expect(number('Gr\u00fcn 7')).to.equal('taken: Gr\u00fcn 7')
    expect(number('Gru\u0308n 7')).to.equal('Write this in composed characters (NFC).')
    expect(number('')).to.equal('This must not be empty.')
  })
})

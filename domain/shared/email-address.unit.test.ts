import { expect } from 'chai'
import { emailAddress } from './email-address.ts'

const domainOf = (length: number) => `${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(50)}.${'g'.repeat(length - 173)}`

describe('an e-mail address', () => {
  for (const address of [
    'alice@example.com',
    'Alice.B+shop@mail.example.com',
    "o'neil_7@example.co",
    'jörg@example.com',
    'info@müller-shop.example',
    'info@xn--mller-shop-9db.example',
    '山田@例え.テスト',
    `${'x'.repeat(64)}@${domainOf(189)}`,
  ]) {
    it(`is ${address}`, () => {
      expect(emailAddress.parse(address)).to.equal(address)
    })
  }

  for (const [what, address] of Object.entries({
    nothing: '',
    'a name alone': 'alice',
    'a domain alone': '@example.com',
    'a host of the neighbourhood': 'alice@localhost',
    'two addresses': 'a@example.com, b@example.com',
    'two at signs': 'a@b@example.com',
    'a name in quotes': '"a b"@example.com',
    'with a line break': 'alice@example.com\r\nBcc: b@example.com',
    'with a bracket': 'alice>@example.com',
    'with two dots': 'a..b@example.com',
    'with a dot in front': '.a@example.com',
    'of a number for a host': 'alice@[127.0.0.1]',
    'of a number without brackets': 'alice@127.0.0.1',
    'of a domain with two dots': 'alice@example..com',
    'of a domain with a dot at its end': 'alice@example.com.',
    'of a domain that ends in a hyphen': 'alice@example-.com',
    'of a domain with a blank': 'alice@exa mple.com',
    'of a domain with what nobody sees': 'alice@exam\u200bple.com',
    'of letters that show nothing': 'alice\u3164@example.com',
    'of a filler alone': '\u115f@example.com',
    'of what only chooses how a letter looks': 'a\ufe0fb@example.com',
    'of a label that is too long': `alice@${'x'.repeat(64)}.com`,
    'of a label that is no punycode': 'alice@xn--\u00fc.com',
    'with a name of 65 octets': `${'x'.repeat(65)}@example.com`,
    'with a name of 65 octets and fewer letters': `${'ö'.repeat(32)}x@example.com`,
    'of 255 octets': `${'x'.repeat(64)}@${domainOf(190)}`,
    'with half a character': '\ud83d@example.com',
    'in single characters and marks': 'jo\u0308rg@example.com',
  })) {
    it(`is not ${what}`, () => {
      expect(emailAddress.safeParse(address).success, address).to.equal(false)
    })
  }
})

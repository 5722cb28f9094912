import { expect } from 'chai'
import MailComposer from 'nodemailer/lib/mail-composer'
import PostalMime from 'postal-mime'
import type { Mail } from './mail.ts'
import { mailSources } from './mail-source.ts'

const date = new Date('2026-03-01T10:00:00Z')
const from = 'The shöp <shop@example.org>'
const plain: Mail = {
  messageId: 'id',
  to: 'alice@example.org',
  subject: 'Your order 7 is confirmed',
  text: 'Hello,\n\n  2 × cup  19.80 EUR\n',
}
const sourceOf = mailSources(from, 'shop.example.org')

/** What the library's own composer makes of it. */
const composed = async ({ messageId, to, subject, text, html }: Mail) => {
  const message = new MailComposer({
    from,
    to: { name: '', address: to },
    subject,
    text,
    ...(html === undefined ? {} : { html }),
    date,
    messageId: `<${messageId}@shop.example.org>`,
  }).compile()
  return { envelope: message.getEnvelope(), bytes: await message.build() }
}

describe('the source of a mail', () => {
  const mails: Readonly<Record<string, Partial<Mail>>> = {
    'is plain': {},
    'has an alternative in HTML': { html: '<p>Grüße,</p>\n<p>2 × cup = 19.80 EUR</p>\n' },
    'has an alternative that ends without a line break, and what looks like its own end': {
      text: '--=_alternative_=--',
      html: `<p>${'x'.repeat(1_100)}</p>\r\n--=_alternative_=--`,
    },
    'has dots at the beginning of lines, and a line that is far too long': {
      text: `.\n..\n${'word '.repeat(300)}\n${'x'.repeat(1_100)} é\n`,
    },
    'ends without a line break': { text: 'the end' },
    'has line breaks of every kind, blanks before them, and equals signs': { text: 'a \nb\t\r\nc=3D\n\n' },
    'has a subject that is not ASCII, and a long one': { subject: `Ihre Bestellung — schön ${'und lang '.repeat(20)}` },
    'has a subject with a line break': { subject: 'one\r\nBcc: b@example.org' },
    'has a subject that looks encoded': { subject: '=?utf-8?Q?one?=' },
    'has a subject that looks like blanks': { subject: ' a ' },
    'has an address that looks like two': { to: 'a@example.org, b@example.org' },
    'has an address with line breaks': { to: 'a@example.org>\r\nRCPT TO:<b@example.org' },
    'has an address that is to be quoted': { to: 'a b@example.org' },
    'has an address in capitals, with a domain that is not ASCII': { to: 'Alice@JÕGEVA.ee' },
    'has an address that is not ASCII': { to: 'jürgen@example.org' },
    'has an address with two dots': { to: 'a..b@example.org' },
    'has an address without a domain': { to: 'alice' },
  }
  for (const [what, changes] of Object.entries(mails)) {
    it(`says and goes to what the library's composer would, where it ${what}`, async () => {
      const mail = { ...plain, ...changes }
      const { envelope, bytes } = sourceOf(mail, date)
      const expected = await composed(mail)
      expect(envelope).to.deep.equal(expected.envelope)
      const byKey = <Header extends { readonly key: string }>(headers: readonly Header[]) =>
        headers.toSorted((a, b) => a.key.localeCompare(b.key))
      const parse = async (source: Uint8Array) => {
        const { headers, text = '', html = '', subject, to, messageId } = await PostalMime.parse(source)
        const said = headers.filter(({ key }) => !['content-transfer-encoding', 'content-type'].includes(key))
        return {
          headers: byKey(said.map(({ key, value }) => ({ key, value }))),
          text: text.replaceAll('\r\n', '\n'),
          html: html.replaceAll('\r\n', '\n').trimEnd(),
          subject,
          to,
          messageId,
        }
      }
      expect(await parse(bytes)).to.deep.equal(await parse(expected.bytes))
    })
  }

  it('has no line above 76 characters where it was not made of one word, and none without a carriage return', () => {
    const { bytes } = sourceOf({ ...plain, subject: 'wörd '.repeat(40), text: 'wörd '.repeat(400) }, date)
    const lines = bytes.toString('latin1').split('\r\n')
    expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(76)
    expect(lines.filter((line) => line.includes('\n'))).to.deep.equal([])
  })

  it('ends its parts by what can stand in none of them', async () => {
    const { bytes } = sourceOf({ ...plain, html: '<p>' }, date)
    const boundary = /boundary="([^"]+)"/.exec(bytes.toString())?.[1] ?? ''
    expect(boundary).not.to.equal('')
    const hostile = `--${boundary}--\r\n--${boundary}\r\nContent-Type: text/html\r\n\r\n<script>`
    const parsed = await PostalMime.parse(sourceOf({ ...plain, text: hostile, html: hostile }, date).bytes)
    const shown = hostile.replaceAll('\r\n', '\n')
    expect([parsed.text?.trimEnd(), parsed.html?.trimEnd()]).to.deep.equal([shown, shown])
  })

  it('needs a sender', () => {
    expect(() => mailSources('', 'shop.example.org')).to.throw('no sender')
  })
})

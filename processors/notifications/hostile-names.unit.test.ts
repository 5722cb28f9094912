import { expect } from 'chai'
import PostalMime from 'postal-mime'
import { templates } from '../../domain/notifications/events.ts'
import { languages } from '../../domain/shared/language.ts'
import { mailSources } from './mail-source.ts'
import { messageOf, usualWriting } from './messages.ts'
import { sampleOf } from './samples.ts'

const sourceOf = mailSources('Shop <shop@shop.example>', 'shop.example')
const at = new Date('2026-03-01T10:00:00Z')

/** The HTTP API takes no control characters; what is stored may be older than that. */
const hostile = '<script>alert(1)</script>\r\nBcc: eve@example.org\r\n\r\n--=_alternative_=--\r\n"&\''

/** The same order, by somebody who calls everything so. */
const renamed = <Value>(value: Value): Value => {
  if (Array.isArray(value)) return value.map(renamed) as Value
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  const entries = Object.entries(value).map(([name, one]: [string, unknown]) => [
    name,
    ['name', 'sku', 'number', 'carrier', 'trackingNumber', 'code', 'url', 'providerPaymentId'].includes(name)
      ? hostile
      : renamed(one),
  ])
  return Object.fromEntries(entries) as Value
}

describe('a mail about an order whose every name is hostile', () => {
  for (const language of languages) {
    for (const template of templates) {
      it(`${language}: ${template} has no header, no address and no part more than another, and no script`, async () => {
        for (const facts of sampleOf(template)) {
          const message = messageOf(template, renamed(facts), { ...usualWriting, language })
          const { bytes, envelope } = sourceOf({ messageId: 'id', to: 'alice@example.org', ...message }, at)
          const parsed = await PostalMime.parse(bytes)
          expect(envelope.to).to.deep.equal(['alice@example.org'])
          expect(parsed.headers.map(({ key }) => key)).to.deep.equal([
            'from',
            'to',
            'subject',
            'message-id',
            'date',
            'mime-version',
            'content-type',
          ])
          expect([parsed.bcc, parsed.attachments]).to.deep.equal([undefined, []])
          expect(parsed.subject).to.contain('Bcc: eve@example.org')
          expect(parsed.html?.match(/<\/?[a-z]+/g)).not.to.include('<script')
        }
      })
    }
  }
})

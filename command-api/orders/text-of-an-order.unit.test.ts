import { expect } from 'chai'
import { problemSchema } from '../../infrastructure/http/problem.ts'
import {
  anOrder,
  commandApiUnderTest,
  withCatalogue,
  type CommandApiUnderTest,
} from '../../test/specifications/command-api.ts'

describe('the text of an order', () => {
  let shop: CommandApiUnderTest
  before(async () => {
    shop = await withCatalogue(commandApiUnderTest())
  })
  let keys = 0
  const key = () => ({ 'Idempotency-Key': `text-${(keys += 1)}` })
  const to = (shipTo: object) => ({ ...anOrder, shipTo: { ...anOrder.shipTo, ...shipTo } })
  const by = (contact: object) => ({ ...anOrder, contact: { ...anOrder.contact, ...contact } })
  const orders = () => shop.store.log.filter(({ type }) => type === 'OrderPlaced').map(({ data }) => data)

  for (const [what, body] of Object.entries({
    'names in single characters and marks': to({ name: 'Jo\u0308rg', city: '\u6771\u4eac' }),
    'a mark of direction': to({ street: '\u0631\u062d\u0628\u200f 1' }),
    'an address by its letters': by({ email: 'jörg@example.com' }),
    'a domain by its letters': by({ email: 'info@müller-shop.example' }),
    'a phone': by({ phone: '+49 (0)30 / 90-1820' }),
  })) {
    it(`is stored as it was sent: ${what}`, async () => {
      await shop.alice.post('/v1/orders', body, key()).answers(201)
      const { shipTo, contact } = orders().at(-1) as { shipTo: unknown; contact: unknown }
      expect({ shipTo, contact }).to.deep.equal({ shipTo: body.shipTo, contact: body.contact })
    })
  }

  for (const [field, body, message] of [
    ['shipTo.name', to({ name: '\u200b\u2060' }), 'This shows nothing.'],
    ['shipTo.name', to({ name: '\u3164' }), 'This shows nothing.'],
    ['shipTo.city', to({ city: '\u200f' }), 'This shows nothing.'],
    ['shipTo.street', to({ street: 'a\u202eb' }), 'Characters that turn the direction of writing are not allowed.'],
    ['shipTo.country', to({ country: 'ZZ' }), 'This is not an ISO 3166 country code.'],
    ['shipTo.country', to({ country: 'de' }), 'This is not an ISO 3166 country code.'],
    ['shipTo.country', to({ country: 'UK' }), 'This is not an ISO 3166 country code: that one is GB.'],
    ['contact.email', by({ email: 'a@b@example.com' }), 'This is not an e-mail address.'],
  ] as const) {
    it(`is refused with its field: ${field}, ${message}`, async () => {
      const before = orders().length
      const { text } = await shop.alice.post('/v1/orders', body, key()).isRefused(400, 'invalid_request', [field])
      expect(problemSchema.parse(JSON.parse(text)).errors?.map((fault) => fault.message)).to.deep.equal([message])
      expect(orders()).to.have.length(before)
    })
  }
})

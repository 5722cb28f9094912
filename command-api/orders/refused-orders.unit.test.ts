import { expect } from 'chai'
import { callerOf, tokenOf } from '../../test/specifications/api.ts'
import {
  anOrder,
  commandApiUnderTest,
  withCatalogue,
  type CommandApiUnderTest,
} from '../../test/specifications/command-api.ts'

describe('placing an order: what is refused, by which field, and writes nothing', () => {
  // Nothing is written, so one shop does for all.
  let shop: CommandApiUnderTest
  let atFirst: readonly string[]
  before(async () => {
    shop = await withCatalogue(commandApiUnderTest())
    atFirst = shop.stored()
  })
  const written = () => shop.stored().slice(atFirst.length)
  const key = (value = 'first') => ({ 'Idempotency-Key': value })

  const line = (quantity: unknown) => ({
    ...anOrder,
    lines: [
      { sku: 'MUG', quantity: 1 },
      { sku: 'TEA', quantity },
    ],
  })
  const lines = (...skus: string[]) => ({ ...anOrder, lines: skus.map((sku) => ({ sku, quantity: 1 })) })
  const cases: readonly (readonly [string, unknown, number, string, readonly string[]])[] = [
    [
      'an unknown SKU, on every line',
      lines('MUG', 'NOPE', 'TEA', 'NOPE'),
      409,
      'unknown_sku',
      ['lines.1.sku', 'lines.3.sku'],
    ],
    ['a product that is gone', lines('MUG', 'OLD'), 409, 'product_discontinued', ['lines.1.sku']],
    ['mixed currencies', lines('MUG', 'YEN'), 409, 'mixed_currencies', ['lines.1.sku']],
    [
      'another total than expected',
      { ...anOrder, expectedTotal: { amount: 1, currency: 'EUR' } },
      409,
      'price_changed',
      [],
    ],
    ['quantity 0', line(0), 400, 'invalid_request', ['lines.1.quantity']],
    ['a negative quantity', line(-1), 400, 'invalid_request', ['lines.1.quantity']],
    ['a fraction', line(1.5), 400, 'invalid_request', ['lines.1.quantity']],
    ['an absurd quantity', line(10_001), 400, 'invalid_request', ['lines.1.quantity']],
    ['a quantity beyond all numbers', line(1e300), 400, 'invalid_request', ['lines.1.quantity']],
    ['a quantity in words', line('1'), 400, 'invalid_request', ['lines.1.quantity']],
    [
      'too much of one SKU in all its lines',
      {
        ...anOrder,
        lines: [
          { sku: 'MUG', quantity: 6_000 },
          { sku: 'MUG', quantity: 6_000 },
        ],
      },
      400,
      'invalid_request',
      ['lines.0.quantity'],
    ],
    ['no lines', { ...anOrder, lines: [] }, 400, 'invalid_request', ['lines']],
    [
      'more than 100 lines',
      { ...anOrder, lines: Array.from({ length: 101 }, () => ({ sku: 'MUG', quantity: 1 })) },
      400,
      'invalid_request',
      ['lines'],
    ],
    ['a SKU that is none', lines('mug'), 400, 'invalid_request', ['lines.0.sku']],
    ['an unknown field', { ...anOrder, total: 1 }, 400, 'invalid_request', ['total']],
    [
      'an unknown field further down',
      { ...anOrder, contact: { ...anOrder.contact, fax: '1' } },
      400,
      'invalid_request',
      ['contact.fax'],
    ],
    ['no e-mail address', { ...anOrder, contact: { email: 'alice' } }, 400, 'invalid_request', ['contact.email']],
    ...(
      [
        ['a language that the shop does not write', { language: 'fr' }, 'language'],
        ['no channel at all', { channels: [] }, 'channels'],
        ['a channel that is none', { channels: ['fax'] }, 'channels.0'],
        ['a channel twice', { channels: ['email', 'email'] }, 'channels'],
        ['an SMS to nobody', { channels: ['sms'] }, 'phone'],
        ['an SMS to a number without its country', { channels: ['email', 'sms'], phone: '0170 0000000' }, 'phone'],
      ] as const
    ).map(
      ([what, more, field]) =>
        [
          what,
          { ...anOrder, contact: { ...anOrder.contact, ...more } },
          400,
          'invalid_request',
          [`contact.${field}`],
        ] as const,
    ),
    [
      'a name of 201 characters',
      { ...anOrder, shipTo: { ...anOrder.shipTo, name: 'x'.repeat(201) } },
      400,
      'invalid_request',
      ['shipTo.name'],
    ],
    [
      'a character that PostgreSQL cannot keep',
      { ...anOrder, shipTo: { ...anOrder.shipTo, name: 'A\0' } },
      400,
      'invalid_request',
      ['shipTo.name'],
    ],
    [
      'half a character',
      { ...anOrder, shipTo: { ...anOrder.shipTo, city: '\ud83d' } },
      400,
      'invalid_request',
      ['shipTo.city'],
    ],
    ['broken JSON', '{"lines": [', 400, 'invalid_request', ['']],
    [
      'a body over 64 KB',
      { ...anOrder, shipTo: { ...anOrder.shipTo, name: 'x'.repeat(70_000) } },
      413,
      'body_too_large',
      [],
    ],
  ]
  for (const [what, body, status, code, paths] of cases) {
    it(what, async () => {
      await shop.alice.post('/v1/orders', body, key()).isRefused(status, code, paths)
      expect(written()).to.deep.equal([])
    })
  }

  it('another content type', async () => {
    await shop.alice
      .post('/v1/orders', JSON.stringify(anOrder), { ...key(), 'Content-Type': 'text/plain' })
      .isRefused(415, 'unsupported_media_type')
    expect(written()).to.deep.equal([])
  })
  for (const [what, headers] of [
    ['no key', {}],
    ['an empty key', key('')],
    ['an overlong key', key('x'.repeat(256))],
    ['a key with a space', key('a b')],
  ] as const) {
    it(what, async () => {
      await shop.alice.post('/v1/orders', anOrder, headers).isRefused(400, 'invalid_request', ['Idempotency-Key'])
      expect(written()).to.deep.equal([])
    })
  }
  for (const [what, token, status, code] of [
    ['no token', undefined, 401, 'unauthorized'],
    ['an expired token', tokenOf('alice', ['customer'], { ttlSeconds: -1 }), 401, 'unauthorized'],
    [
      'a forged token',
      tokenOf('alice', ['customer'], { secret: 'somebody else thought of this secret' }),
      401,
      'unauthorized',
    ],
    ['a token of another issuer', tokenOf('alice', ['customer'], { issuer: 'somebody' }), 401, 'unauthorized'],
    ['a token without roles', tokenOf('alice', []), 403, 'forbidden'],
    ['an operator', tokenOf('olga', ['operator']), 403, 'forbidden'],
  ] as const) {
    it(what, async () => {
      await callerOf(shop.app, token).post('/v1/orders', anOrder, key()).isRefused(status, code)
      expect(written()).to.deep.equal([])
    })
  }
})

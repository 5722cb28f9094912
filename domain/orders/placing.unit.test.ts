import { expect } from 'chai'
import fc from 'fast-check'
import { productAdded, productDiscontinued } from '../../test/specifications/product-events.ts'
import { productDecider } from '../catalogue/product.ts'
import type { Product } from '../catalogue/product.ts'
import { fold } from '../shared/decider.ts'
import { Refusal } from '../shared/refusal.ts'
import { mergeLines, priceLines, requestHashOf, totalOf } from './placing.ts'
import type { RequestedLine } from './placing.ts'

const catalogue = new Map<string, Product>([
  ['CUP', fold(productDecider, [productAdded()])],
  ['POT', fold(productDecider, [productAdded({ sku: 'POT', name: 'Pot', price: 3000 })])],
  ['OLD', fold(productDecider, [productAdded({ sku: 'OLD' }), productDiscontinued('OLD')])],
  ['YEN', fold(productDecider, [productAdded({ sku: 'YEN', currency: 'JPY' })])],
  ['DEAR', fold(productDecider, [productAdded({ sku: 'DEAR', price: Number.MAX_SAFE_INTEGER })])],
])
const productOf = (sku: string): Product => catalogue.get(sku) ?? productDecider.initialState

const price = (lines: readonly RequestedLine[], expected?: { amount: number; currency: string }) =>
  priceLines(mergeLines(lines), productOf, expected)

const refused = (attempt: () => unknown): Pick<Refusal, 'code' | 'facts'> => {
  try {
    attempt()
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, facts: error.facts }
    throw error
  }
  throw new Error('expected a refusal')
}

const request = {
  lines: [
    { sku: 'CUP', quantity: 2 },
    { sku: 'POT', quantity: 1 },
  ],
  shipTo: { name: 'Alice Adams', street: '1 Main Street', postalCode: '10115', city: 'Berlin', country: 'DE' },
  contact: { email: 'alice@example.com' },
  paymentMethod: 'card-ok',
}

describe('placing: lines', () => {
  it('of one SKU are added up, sorted by SKU, and remember where they stood first', () => {
    const lines = [
      { sku: 'POT', quantity: 1 },
      { sku: 'CUP', quantity: 2 },
      { sku: 'POT', quantity: 4 },
      { sku: 'B', quantity: 1 },
    ]
    expect(mergeLines(lines)).to.deep.equal([
      { sku: 'B', quantity: 1, index: 3 },
      { sku: 'CUP', quantity: 2, index: 1 },
      { sku: 'POT', quantity: 5, index: 0 },
    ])
  })

  it("get the catalogue's names and prices", () => {
    expect(
      price([
        { sku: 'POT', quantity: 1 },
        { sku: 'CUP', quantity: 2 },
      ]),
    ).to.deep.equal({
      lines: [
        { sku: 'CUP', name: 'Cup', quantity: 2, unitPrice: 1250 },
        { sku: 'POT', name: 'Pot', quantity: 1, unitPrice: 3000 },
      ],
      total: 5500,
      currency: 'EUR',
    })
  })
})

describe('placing: refusals', () => {
  const cup = { sku: 'CUP', quantity: 1 }
  it('unknown_sku names every line that is not in the catalogue', () => {
    expect(
      refused(() => price([{ sku: 'Y', quantity: 1 }, cup, { sku: 'OLD', quantity: 1 }, { sku: 'X', quantity: 1 }])),
    ).to.deep.equal({
      code: 'unknown_sku',
      facts: {
        lines: [
          { index: 3, sku: 'X' },
          { index: 0, sku: 'Y' },
        ],
      },
    })
  })
  it('product_discontinued', () => {
    expect(refused(() => price([cup, { sku: 'OLD', quantity: 1 }]))).to.deep.equal({
      code: 'product_discontinued',
      facts: { lines: [{ index: 1, sku: 'OLD' }] },
    })
  })
  it("mixed_currencies names those that are not in the first line's", () => {
    expect(refused(() => price([{ sku: 'YEN', quantity: 1 }, cup]))).to.deep.equal({
      code: 'mixed_currencies',
      facts: { lines: [{ index: 0, sku: 'YEN' }] },
    })
  })
  it('price_changed, with the new total', () => {
    const total = { amount: 1250, currency: 'EUR' }
    for (const expected of [
      { amount: 1249, currency: 'EUR' },
      { amount: 1250, currency: 'USD' },
    ]) {
      expect(refused(() => price([cup], expected))).to.deep.equal({ code: 'price_changed', facts: { expected, total } })
    }
    expect(price([cup], total).total).to.equal(1250)
  })
  it('total_too_large instead of a total that is not exact', () => {
    expect(price([{ sku: 'DEAR', quantity: 1 }]).total).to.equal(Number.MAX_SAFE_INTEGER)
    expect(refused(() => price([{ sku: 'DEAR', quantity: 1 }, cup])).code).to.equal('total_too_large')
    expect(
      refused(() => totalOf([{ sku: 'DEAR', name: 'Dear', quantity: 10_000, unitPrice: Number.MAX_SAFE_INTEGER }]))
        .code,
    ).to.equal('total_too_large')
  })
})

describe('placing: the hash of a request', () => {
  const hash = requestHashOf(request)

  it('is the same for the same things in another order or in parts', () => {
    const cup = { sku: 'CUP', quantity: 1 }
    expect(requestHashOf({ ...request, lines: [cup, { sku: 'POT', quantity: 1 }, cup] })).to.equal(hash)
  })
  it('stays what it is: it is stored', () => {
    expect(hash).to.equal('7da0e3f37be963b85d46e33de9300336d82f8f5514d774551c6fa5e3631d9e31')
  })
  it('is another one when anything else is asked for', () => {
    const others = [
      { ...request, lines: [{ sku: 'CUP', quantity: 3 }] },
      { ...request, lines: [{ sku: 'CUP', quantity: 2 }] },
      { ...request, paymentMethod: 'card-slow' },
      { ...request, contact: { email: 'bob@example.com' } },
      { ...request, contact: { ...request.contact, phone: '+49 30 1' } },
      { ...request, contact: { ...request.contact, language: 'de' as const } },
      { ...request, contact: { ...request.contact, channels: ['email' as const] } },
      { ...request, contact: { ...request.contact, channels: ['email' as const, 'sms' as const] } },
      { ...request, contact: { ...request.contact, language: 'en' as const, channels: ['email' as const] } },
      ...Object.keys(request.shipTo).map((field) => ({ ...request, shipTo: { ...request.shipTo, [field]: 'other' } })),
    ].map(requestHashOf)
    expect(new Set([hash, ...others]).size).to.equal(others.length + 1)
  })
  it('tells where one field ends and the next begins', () => {
    const text = fc.string({ maxLength: 3 })
    fc.assert(
      fc.property(text, text, text, text, (name, street, otherName, otherStreet) => {
        fc.pre(name !== otherName || street !== otherStreet)
        const one = requestHashOf({ ...request, shipTo: { ...request.shipTo, name, street } })
        expect(one).to.not.equal(
          requestHashOf({ ...request, shipTo: { ...request.shipTo, name: otherName, street: otherStreet } }),
        )
      }),
      { seed: 3 },
    )
  })
})

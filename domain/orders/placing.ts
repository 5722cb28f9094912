import { hash } from 'node:crypto'
import type { Product } from '../catalogue/product.ts'
import type { Money } from '../shared/money.ts'
import { Refusal } from '../shared/refusal.ts'
import type { Contact, OrderLine, ShipTo } from './events.ts'

export type RequestedLine = { readonly sku: string; readonly quantity: number }

/** All that was asked for of one SKU. `index` is where the request names it first, for messages about a field. */
export type MergedLine = RequestedLine & { readonly index: number }

/** Lines of one SKU added up, sorted by SKU (by code unit, the same on every machine). */
export const mergeLines = (lines: readonly RequestedLine[]): readonly MergedLine[] => {
  const merged = new Map<string, MergedLine>()
  for (const [index, { sku, quantity }] of lines.entries()) {
    const before = merged.get(sku)
    merged.set(
      sku,
      before === undefined ? { sku, quantity, index } : { ...before, quantity: before.quantity + quantity },
    )
  }
  return [...merged.values()].sort((a, b) => (a.sku < b.sku ? -1 : 1))
}

/**
 * What makes two requests the same: all that was asked for, whatever the order of the lines, and no price. What the client expects to
 * pay is left out too: repeating a request with a new expectation must find the order that the first one made.
 */
export const requestHashOf = (request: {
  readonly lines: readonly RequestedLine[]
  readonly shipTo: ShipTo
  readonly contact: Contact
  readonly paymentMethod: string
}): string => {
  const { name, street, postalCode, city, country } = request.shipTo
  const { email, phone, language, channels } = request.contact
  const canonical = JSON.stringify([
    mergeLines(request.lines).map(({ sku, quantity }) => [sku, quantity]),
    [name, street, postalCode, city, country],
    // Without what may be chosen, as before it could be: an order of then must be found by the same request of now.
    [
      email,
      phone ?? null,
      ...(language === undefined && channels === undefined ? [] : [language ?? null, channels ?? null]),
    ],
    request.paymentMethod,
  ])
  return hash('sha256', canonical, 'hex')
}

/** In minor units. Added up beyond what a number holds exactly, and refused where the sum does not fit. */
export const totalOf = (lines: readonly OrderLine[]): number => {
  const total = lines.reduce((sum, line) => sum + BigInt(line.quantity) * BigInt(line.unitPrice), 0n)
  if (total > BigInt(Number.MAX_SAFE_INTEGER))
    throw new Refusal('total_too_large', 'the total is more than can be paid')
  return Number(total)
}

export type PricedOrder = { readonly lines: readonly OrderLine[]; readonly total: number; readonly currency: string }

/**
 * The catalogue's names and prices on the lines. Each refusal names every line it concerns, as `facts.lines`.
 *
 * @throws Refusal unknown_sku, product_discontinued, mixed_currencies, price_changed, total_too_large
 */
export const priceLines = (
  lines: readonly MergedLine[],
  productOf: (sku: string) => Product,
  expectedTotal?: Money,
): PricedOrder => {
  const found = lines.map((line) => ({ line, product: productOf(line.sku) }))

  const unknown = found.filter(({ product }) => product.status === 'unknown')
  if (unknown.length > 0) throw refusal('unknown_sku', 'not in the catalogue', unknown)
  const gone = found.filter(({ product }) => product.status === 'discontinued')
  if (gone.length > 0) throw refusal('product_discontinued', 'no longer sold', gone)

  const onSale = found.flatMap(({ line, product }) => (product.status === 'on_sale' ? [{ line, product }] : []))
  const [first] = onSale
  if (first === undefined) throw new Error('an order without lines cannot be priced')
  const { currency } = first.product
  const foreign = onSale.filter(({ product }) => product.currency !== currency)
  if (foreign.length > 0) throw refusal('mixed_currencies', `priced in another currency than ${currency}`, foreign)

  const priced = onSale.map(({ line: { sku, quantity }, product }) => ({
    sku,
    name: product.name,
    quantity,
    unitPrice: product.price,
  }))
  const total = totalOf(priced)
  if (expectedTotal !== undefined && (expectedTotal.amount !== total || expectedTotal.currency !== currency)) {
    throw new Refusal('price_changed', 'the total is not the expected one', {
      expected: expectedTotal,
      total: { amount: total, currency },
    })
  }
  return { lines: priced, total, currency }
}

const refusal = (
  code: 'unknown_sku' | 'product_discontinued' | 'mixed_currencies',
  why: string,
  found: readonly { readonly line: MergedLine }[],
): Refusal => {
  const lines = found.map(({ line: { index, sku } }) => ({ index, sku }))
  return new Refusal(code, `${why}: ${lines.map(({ sku }) => sku).join(', ')}`, { lines })
}

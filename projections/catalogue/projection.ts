import type { ShopEvent } from '../../domain/registry.ts'
import { opensStream, type Projection } from '../../infrastructure/projections/projection.ts'
import { productsTable, type ProductRow } from './table.ts'

/** The catalogue as it is now. */
export const productsProjection: Projection<ProductRow, ShopEvent> = {
  table: productsTable,
  version: 2,
  streamPrefixes: ['product-'],
  keys({ event }) {
    switch (event.type) {
      case 'ProductAdded':
      case 'ProductRenamed':
      case 'ProductPriceChanged':
      case 'ProductDiscontinued':
      case 'ProductRelisted':
        return [event.sku]
      default:
        return []
    }
  },
  begins: (recorded, sku) => opensStream(recorded, 'product-', sku),
  evolve(row, { event, revision: at }, sku) {
    const revision = Number(at)
    if (row === undefined) {
      if (event.type !== 'ProductAdded') return 'same'
      return { sku, name: event.name, price: event.price, currency: event.currency, discontinued: false, revision }
    }
    if (revision <= row.revision) return 'same'
    switch (event.type) {
      case 'ProductRenamed':
        return { ...row, name: event.name, revision }
      case 'ProductPriceChanged':
        return { ...row, price: event.price, currency: event.currency, revision }
      case 'ProductDiscontinued':
        return { ...row, discontinued: true, revision }
      case 'ProductRelisted':
        return { ...row, name: event.name, price: event.price, currency: event.currency, discontinued: false, revision }
      default:
        return 'same'
    }
  },
}

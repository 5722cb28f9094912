import fc from 'fast-check'
import { keepsItsPromises } from '../../test/specifications/decider-properties.ts'
import type { ProductCommand } from './commands.ts'
import { productDecider } from './product.ts'

const commands: fc.Arbitrary<ProductCommand> = fc.constantFrom<ProductCommand[]>(
  { type: 'AddProduct', sku: 'CUP', name: 'Cup', price: 1250, currency: 'EUR' },
  { type: 'AddProduct', sku: 'CUP', name: 'Cup', price: 1300, currency: 'EUR' },
  { type: 'RelistProduct', sku: 'CUP', name: 'Cup', price: 1250, currency: 'EUR' },
  { type: 'RelistProduct', sku: 'CUP', name: 'Cup', price: 1300, currency: 'EUR' },
  { type: 'RenameProduct', sku: 'CUP', name: 'Mug' },
  { type: 'RenameProduct', sku: 'CUP', name: 'Cup' },
  { type: 'ChangePrice', sku: 'CUP', price: 1300, currency: 'EUR' },
  { type: 'ChangePrice', sku: 'CUP', price: 1300, currency: 'USD' },
  { type: 'DiscontinueProduct', sku: 'CUP' },
)

describe('a product, whatever comes', () => {
  keepsItsPromises(productDecider, commands, { seed: 11 })
})

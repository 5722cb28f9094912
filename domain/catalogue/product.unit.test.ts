import { inEveryState } from '../../test/specifications/decider.ts'
import { productAdded, productDiscontinued, productPriceChanged } from '../../test/specifications/product-events.ts'
import { productDecider } from './product.ts'

const everyState = inEveryState(productDecider, {
  unknown: [],
  'on sale': [productAdded()],
  'on sale at another price': [productAdded(), productPriceChanged()],
  discontinued: [productAdded(), productDiscontinued()],
})
const add = { type: 'AddProduct', sku: 'CUP', name: 'Cup', price: 1250, currency: 'EUR' } as const

describe('a product: AddProduct', () => {
  // A repetition is told by what was added, whatever the price has become since.
  everyState(add, {
    unknown: [productAdded()],
    'on sale': [],
    'on sale at another price': [],
    discontinued: 'product_discontinued',
  })

  for (const [what, changes] of Object.entries({
    name: { name: 'Mug' },
    price: { price: 1300 },
    currency: { currency: 'USD' },
  })) {
    describe(`with another ${what}`, () => {
      everyState(
        { ...add, ...changes },
        {
          unknown: [productAdded(changes)],
          'on sale': 'product_exists',
          'on sale at another price': 'product_exists',
          discontinued: 'product_discontinued',
        },
      )
    })
  }
})

describe('a product: ChangePrice', () => {
  everyState(
    { type: 'ChangePrice', sku: 'CUP', price: 1300, currency: 'EUR' },
    {
      unknown: 'unknown_sku',
      'on sale': [productPriceChanged()],
      'on sale at another price': [],
      discontinued: 'product_discontinued',
    },
  )

  describe('of the currency alone', () => {
    everyState(
      { type: 'ChangePrice', sku: 'CUP', price: 1250, currency: 'USD' },
      {
        unknown: 'unknown_sku',
        'on sale': [productPriceChanged(1250, 'USD')],
        'on sale at another price': [productPriceChanged(1250, 'USD')],
        discontinued: 'product_discontinued',
      },
    )
  })
})

describe('a product: DiscontinueProduct', () => {
  everyState(
    { type: 'DiscontinueProduct', sku: 'CUP' },
    {
      unknown: 'unknown_sku',
      'on sale': [productDiscontinued()],
      'on sale at another price': [productDiscontinued()],
      discontinued: [],
    },
  )
})

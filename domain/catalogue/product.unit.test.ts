import { inEveryState } from '../../test/specifications/decider.ts'
import {
  productAdded,
  productDiscontinued,
  productPriceChanged,
  productRelisted,
  productRenamed,
} from '../../test/specifications/product-events.ts'
import { productDecider } from './product.ts'

const everyState = inEveryState(productDecider, {
  unknown: [],
  'on sale': [productAdded()],
  'on sale at another price': [productAdded(), productPriceChanged()],
  'on sale under another name': [productAdded(), productRenamed()],
  discontinued: [productAdded(), productDiscontinued()],
  'back on sale, at another price': [productAdded(), productDiscontinued(), productRelisted({ price: 1300 })],
})
const add = { type: 'AddProduct', sku: 'CUP', name: 'Cup', price: 1250, currency: 'EUR' } as const
const relist = { ...add, type: 'RelistProduct' } as const
const others = Object.entries({ name: { name: 'Mug' }, price: { price: 1350 }, currency: { currency: 'USD' } })

describe('a product: AddProduct', () => {
  // A repetition is told by what was put on sale, whatever name and price have become since.
  everyState(add, {
    unknown: [productAdded()],
    'on sale': [],
    'on sale at another price': [],
    'on sale under another name': [],
    discontinued: 'product_discontinued',
    'back on sale, at another price': 'product_exists',
  })

  for (const [what, changes] of others) {
    describe(`with another ${what}`, () => {
      everyState(
        { ...add, ...changes },
        {
          unknown: [productAdded(changes)],
          'on sale': 'product_exists',
          'on sale at another price': 'product_exists',
          'on sale under another name': 'product_exists',
          discontinued: 'product_discontinued',
          'back on sale, at another price': 'product_exists',
        },
      )
    })
  }

  describe('as it was put back on sale', () => {
    everyState(
      { ...add, price: 1300 },
      {
        unknown: [productAdded({ price: 1300 })],
        'on sale': 'product_exists',
        'on sale at another price': 'product_exists',
        'on sale under another name': 'product_exists',
        discontinued: 'product_discontinued',
        'back on sale, at another price': [],
      },
    )
  })
})

describe('a product: RelistProduct', () => {
  everyState(relist, {
    unknown: 'unknown_sku',
    'on sale': [],
    'on sale at another price': [],
    'on sale under another name': [],
    discontinued: [productRelisted()],
    'back on sale, at another price': 'product_exists',
  })

  for (const [what, changes] of others) {
    describe(`with another ${what}`, () => {
      everyState(
        { ...relist, ...changes },
        {
          unknown: 'unknown_sku',
          'on sale': 'product_exists',
          'on sale at another price': 'product_exists',
          'on sale under another name': 'product_exists',
          discontinued: [productRelisted(changes)],
          'back on sale, at another price': 'product_exists',
        },
      )
    })
  }

  describe('as it was put back on sale', () => {
    everyState(
      { ...relist, price: 1300 },
      {
        unknown: 'unknown_sku',
        'on sale': 'product_exists',
        'on sale at another price': 'product_exists',
        'on sale under another name': 'product_exists',
        discontinued: [productRelisted({ price: 1300 })],
        'back on sale, at another price': [],
      },
    )
  })
})

describe('a product: RenameProduct', () => {
  everyState(
    { type: 'RenameProduct', sku: 'CUP', name: 'Mug' },
    {
      unknown: 'unknown_sku',
      'on sale': [productRenamed()],
      'on sale at another price': [productRenamed()],
      'on sale under another name': [],
      discontinued: 'product_discontinued',
      'back on sale, at another price': [productRenamed()],
    },
  )
})

describe('a product: ChangePrice', () => {
  everyState(
    { type: 'ChangePrice', sku: 'CUP', price: 1300, currency: 'EUR' },
    {
      unknown: 'unknown_sku',
      'on sale': [productPriceChanged()],
      'on sale at another price': [],
      'on sale under another name': [productPriceChanged()],
      discontinued: 'product_discontinued',
      'back on sale, at another price': [],
    },
  )

  describe('of the currency alone', () => {
    everyState(
      { type: 'ChangePrice', sku: 'CUP', price: 1250, currency: 'USD' },
      {
        unknown: 'unknown_sku',
        'on sale': [productPriceChanged(1250, 'USD')],
        'on sale at another price': [productPriceChanged(1250, 'USD')],
        'on sale under another name': [productPriceChanged(1250, 'USD')],
        discontinued: 'product_discontinued',
        'back on sale, at another price': [productPriceChanged(1250, 'USD')],
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
      'on sale under another name': [productDiscontinued()],
      discontinued: [],
      'back on sale, at another price': [productDiscontinued()],
    },
  )
})

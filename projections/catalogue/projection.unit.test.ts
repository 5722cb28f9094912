import { oneOfEach } from '../../test/specifications/every-event.ts'
import { productAdded, productDiscontinued, productPriceChanged } from '../../test/specifications/product-events.ts'
import { specificationOf } from '../../test/specifications/projection.ts'
import { productsProjection } from './projection.ts'

describe('the products read model', () => {
  const { given, everyEventHasALine } = specificationOf(productsProjection)
  const cup = { sku: 'CUP', name: 'Cup', price: 1250, currency: 'EUR', discontinued: false, revision: 0 }

  given(productAdded()).thenRow('CUP', cup)
  given(productAdded(), productAdded({ name: 'Mug' })).changesNothing()
  given(productAdded(), productPriceChanged(1300)).thenRow('CUP', { ...cup, price: 1300, revision: 1 })
  given(productAdded(), productPriceChanged(190, 'JPY')).thenRow(
    'CUP',
    { ...cup, price: 190, currency: 'JPY', revision: 1 },
    'another currency',
  )
  given(productAdded(), productDiscontinued()).thenRow('CUP', { ...cup, discontinued: true, revision: 1 })
  given(productAdded(), productDiscontinued(), productPriceChanged(1300)).thenRow(
    'CUP',
    { ...cup, price: 1300, discontinued: true, revision: 2 },
    'still discontinued',
  )
  given(productPriceChanged()).thenNoRows()
  given(productDiscontinued()).thenNoRows()

  const { ProductAdded: _a, ProductPriceChanged: _p, ProductDiscontinued: _d, ...others } = oneOfEach
  for (const event of Object.values(others)) given(productAdded(), event).changesNothing()
  everyEventHasALine()
})

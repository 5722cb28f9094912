import { productEvents } from '../../domain/catalogue/events.ts'
import { oneOfEach } from '../../test/specifications/every-event.ts'
import {
  productAdded,
  productDiscontinued,
  productPriceChanged,
  productRelisted,
  productRenamed,
} from '../../test/specifications/product-events.ts'
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
  given(productAdded(), productRenamed('Mug')).thenRow('CUP', { ...cup, name: 'Mug', revision: 1 })
  given(productAdded(), productDiscontinued(), productRelisted({ name: 'Mug', price: 190, currency: 'JPY' })).thenRow(
    'CUP',
    { ...cup, name: 'Mug', price: 190, currency: 'JPY', revision: 2 },
    'back on sale',
  )
  given(productPriceChanged()).thenNoRows()
  given(productDiscontinued()).thenNoRows()
  given(productRenamed()).thenNoRows()
  given(productRelisted()).thenNoRows()

  const others = Object.values(oneOfEach).filter(({ type }) => !Object.hasOwn(productEvents, type))
  for (const event of others) given(productAdded(), event).changesNothing()
  everyEventHasALine()
})

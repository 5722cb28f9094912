import type { ShopEvent } from '../domain/registry.ts'
import type { AnyProjection } from '../infrastructure/projections/projection.ts'
import { ordersProjection } from './orders/projection.ts'
import { productsProjection } from './catalogue/projection.ts'
import { stockProjection } from './inventory/projection.ts'
import { timelineProjection } from './timeline/projection.ts'
import { salesProjection } from './sales/projection.ts'

/** Every read model of the shop. All are fed by one read of the log. */
export const shopProjections: readonly AnyProjection<ShopEvent>[] = [
  ordersProjection,
  timelineProjection,
  salesProjection,
  stockProjection,
  productsProjection,
]

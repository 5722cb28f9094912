import type { ShopEvent } from '../domain/registry.ts'
import type { AnyProjection } from '../infrastructure/projections/projection.ts'
import { ordersProjection } from './orders/projection.ts'
import { productsProjection } from './products/projection.ts'
import { stockProjection } from './stock/projection.ts'
import { timelineProjection } from './timeline/projection.ts'

/** Every read model of the shop. All are fed by one read of the log. */
export const shopProjections: readonly AnyProjection<ShopEvent>[] = [ordersProjection, timelineProjection, stockProjection, productsProjection]

import { productDecider } from '../../../domain/catalogue/product.ts'
import { stockDecider } from '../../../domain/inventory/stock.ts'
import { streams } from '../../../domain/shared/streams.ts'
import type { RequestContext } from '../../../infrastructure/http/request-context.ts'
import type { Surroundings } from '../surroundings.ts'
import type { ApiCall } from './api.ts'

export const operator = { type: 'operator', id: 'olga' } as const
/** Of a request that nobody traces. */
export const noTrace: RequestContext = { traceId: '', traceparent: '', note: () => undefined }

/** Few of each, so that customers have to fight for them. */
export const openShop = async ({ random }: Pick<Surroundings, 'random'>, call: ApiCall): Promise<readonly string[]> => {
  const skus = ['MUG', 'TEA', 'POT', 'LID'].slice(0, random.int(2, 4))
  for (const [index, sku] of skus.entries()) {
    await call(`add ${sku}`, ({ handling, contextOf }) =>
      handling.handle(
        productDecider,
        streams.product(sku),
        { type: 'AddProduct', sku, name: `The ${sku}`, price: 100 * (index + 1), currency: 'EUR' },
        contextOf(noTrace, operator, sku),
      ),
    )
    const quantity = random.int(0, 9)
    if (quantity > 0) {
      await call(`receive ${sku}`, ({ handling, contextOf }) =>
        handling.handle(
          stockDecider,
          streams.stock(sku),
          { type: 'ReceiveStock', sku, quantity, document: 'first delivery' },
          contextOf(noTrace, operator, sku),
        ),
      )
    }
  }
  return skus
}

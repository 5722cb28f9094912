import { stockDecider } from '../../../domain/inventory/stock.ts'
import { streams } from '../../../domain/shared/streams.ts'
import { noTrace, operator } from './catalogue.ts'
import type { CustomersParts } from './customers-parts.ts'

export type RushParts = Pick<CustomersParts, 'aside' | 'call' | 'scripts' | 'skus'> & {
  /** Somebody orders so many of one SKU. */
  readonly order: (number: number, sku: string, quantity: number) => Promise<void>
}

/**
 * In some runs many want the same at the same moment, about twice as many as there is of it, and more comes in meanwhile: in each process
 * several wait for one stream, and what they are told rests on each other while other processes write to it too.
 */
export const letRushIn = ({ aside, call, scripts, skus, order }: RushParts): void => {
  if (!aside.chance(0.3)) return
  const sku = aside.pick(skus)
  const startsAt = aside.int(0, 2_000)

  const orders = aside.int(12, 20)
  for (let number = 1; number <= orders; number += 1) {
    const at = startsAt + aside.int(0, 20)
    const quantity = aside.int(1, 2)
    scripts.start(async () => {
      await scripts.pause(at)
      await order(number, sku, quantity)
    })
  }

  const deliveries = aside.int(3, 8)
  for (let number = 1; number <= deliveries; number += 1) {
    const at = startsAt + aside.int(0, 200)
    const quantity = aside.int(1, 4)
    scripts.start(async () => {
      await scripts.pause(at)
      await call(`receive ${sku}`, ({ handling, contextOf }) =>
        handling.handle(
          stockDecider,
          streams.stock(sku),
          { type: 'ReceiveStock', sku, quantity, document: `in the rush ${number}` },
          contextOf(noTrace, operator, sku),
        ),
      )
    })
  }
}

import { stockSnapshots } from '../../domain/inventory/stock-snapshot.ts'
import type { Stock } from '../../domain/inventory/stock.ts'

/** So often that a run of a few minutes reads from some. */
export const frequentSnapshots = { ...stockSnapshots, everyEvents: 3 }

const reservedOf = ({ held }: Stock): number => [...held].reduce((sum, [, quantity]) => sum + quantity, 0)

/** As a release before this one might have written them: what is reserved was added up when it read one, and not written down. */
export const earlierSnapshots: typeof frequentSnapshots = {
  ...frequentSnapshots,
  version: 'earlier',
  toContent: (stock) => stockSnapshots.toContent({ ...stock, reserved: 0 }),
  fromContent: (content) => {
    const stock = stockSnapshots.fromContent(content)
    return stock === undefined ? undefined : { ...stock, reserved: reservedOf(stock) }
  },
}

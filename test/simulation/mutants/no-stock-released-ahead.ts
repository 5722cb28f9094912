import { holdOf, stockDecider } from '../../../domain/inventory/stock.ts'
import { replacedDecision } from './replaced-decider.ts'

/** Releasing what was never held writes nothing, and a slow first run can hold it afterwards. */
export const noStockReleasedAhead = replacedDecision('no stock released ahead', stockDecider, (command, stock) =>
  command.type === 'ReleaseStock' && holdOf(stock, command.orderId) === undefined ? [] : undefined,
)

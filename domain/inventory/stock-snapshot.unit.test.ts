import { expect } from 'chai'
import fc from 'fast-check'
import { orderId, otherOrderId } from '../../test/specifications/order-events.ts'
import type { StockCommand } from './commands.ts'
import type { StockEvent } from './events.ts'
import { stockDecider, type Stock } from './stock.ts'
import { stockSnapshots } from './stock-snapshot.ts'

const { toContent, fromContent } = stockSnapshots
const orders = fc.constantFrom(orderId, otherOrderId, '99999999-9999-5999-8999-999999999999')
const sku = fc.constant('A')
const commands: fc.Arbitrary<StockCommand> = fc.oneof(
  fc.record({
    type: fc.constant('ReceiveStock'),
    sku,
    quantity: fc.integer({ min: 1, max: 9 }),
    document: fc.constantFrom('D-1', 'D-2', 'D-3'),
  }),
  fc.record({
    type: fc.constant('AdjustStock'),
    sku,
    adjustmentId: fc.constantFrom('A-1', 'A-2'),
    delta: fc.integer({ min: -3, max: 3 }),
    reason: fc.constantFrom('', 'counted'),
  }),
  fc.record({ type: fc.constant('ReserveStock'), sku, orderId: orders, quantity: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ type: fc.constant('ReleaseStock'), sku, orderId: orders }),
  fc.record({ type: fc.constant('CommitStock'), sku, orderId: orders }),
)

/** What a command comes to, or the code of its refusal. */
const decided = (command: StockCommand, stock: Stock): readonly StockEvent[] | string | undefined => {
  try {
    return stockDecider.decide(command, stock)
  } catch (error) {
    return (error as { code?: string }).code
  }
}

const run = (given: readonly (readonly [StockCommand, number])[]): Stock =>
  given.reduce((stock, [command, day]) => {
    const events = decided(command, stock)
    return typeof events === 'object'
      ? events.reduce((next, event) => stockDecider.evolve(next, event, new Date(day * 86_400_000)), stock)
      : stock
  }, stockDecider.initialState)

describe('a snapshot of stock', () => {
  it('decides as the fold does, and is written down as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(commands, fc.nat({ max: 200 })), { maxLength: 40 }), commands, (given, command) => {
        const stock = run(given)
        const again = fromContent(JSON.parse(JSON.stringify(toContent(stock))))
        if (again === undefined) throw new Error('it cannot be read back')
        expect(decided(command, again)).to.deep.equal(decided(command, stock))
        expect([again.onHand, again.reserved, again.held.size, again.closed.size]).to.deep.equal([
          stock.onHand,
          stock.reserved,
          stock.held.size,
          stock.closed.size,
        ])
      }),
      { seed: 5, numRuns: 300 },
    )
  })

  it('of something else is none', () => {
    for (const content of [
      null,
      {},
      [],
      { onHand: 1 },
      { ...(toContent(stockDecider.initialState) as object), onHand: -1 },
    ]) {
      expect(fromContent(content)).to.equal(undefined)
    }
  })

  it('carries a version that follows from the fold', () => expect(stockSnapshots.version).to.match(/^[0-9a-f]{16}$/))
})

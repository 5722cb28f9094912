import { expect } from 'chai'
import { prepareGoods } from './goods.ts'
import { scenarios } from './scenarios.ts'

describe('the goods of the demonstration', () => {
  const warehouseOf = (levels: Readonly<Record<string, number>>) => {
    const held = new Map(Object.entries(levels))
    const documents: string[] = []
    return {
      held,
      documents,
      available: async (sku: string) => held.get(sku),
      receive: async (sku: string, quantity: number, document: string) => {
        documents.push(document)
        held.set(sku, (held.get(sku) ?? 0) + quantity)
      },
    }
  }
  const unitsOf = (sku: string) =>
    scenarios
      .flatMap(({ lines }) => lines)
      .reduce((sum, line) => sum + (line.sku === sku && typeof line.quantity === 'number' ? line.quantity : 0), 0)

  it('are taken in where a shop has sold most of them, or never had any', async () => {
    const warehouse = warehouseOf({ 'TEA-GREEN-100': 3, 'MUG-BLUE': 10_000, 'SAMOVAR-1890': 1 })
    await prepareGoods(warehouse, scenarios, 'this run')
    for (const sku of ['TEA-GREEN-100', 'TEA-MINT-050', 'COFFEE-ESP-250', 'COFFEE-FIL-500', 'FILTER-PAPER-100']) {
      expect(warehouse.held.get(sku), sku).to.be.at.least(unitsOf(sku))
    }
    expect([warehouse.held.get('MUG-BLUE'), warehouse.held.get('SAMOVAR-1890')]).to.deep.equal([10_000, 1])
    expect(new Set(warehouse.documents)).to.deep.equal(new Set(['this run']))
  })

  it('are ordered as they are written down, except that what must be short is asked for beyond what there is', async () => {
    for (const samovars of [undefined, 0, 1, 700]) {
      const ordered = await prepareGoods(
        warehouseOf(samovars === undefined ? {} : { 'SAMOVAR-1890': samovars }),
        scenarios,
        'this run',
      )
      expect(ordered({ sku: 'TEA-GREEN-100', quantity: 2 })).to.deep.equal({ sku: 'TEA-GREEN-100', quantity: 2 })
      expect(ordered({ sku: 'SAMOVAR-1890', quantity: 'more than there is' }).quantity).to.be.greaterThan(samovars ?? 0)
    }
  })
})

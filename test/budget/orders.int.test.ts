import { expect } from 'chai'
import { columnOf, differencesOf, sentenceOf } from './compare.ts'
import { countKind, prepare } from './count.ts'
import { kinds } from './kinds.ts'
import { startCountedShop, type CountedShop } from './shop.ts'
import { readTable } from './table.ts'

describe('what an order costs stays within its budget', function () {
  this.timeout(60_000)
  const table = readTable()
  let shop: CountedShop
  before(async () => {
    shop = await startCountedShop()
    await prepare(shop)
  })
  after(async () => {
    await shop.stop()
  })

  it('has a budget for every kind of order, and for no other', () => {
    expect([...table.keys()]).to.deep.equal(kinds.map(({ name }) => name))
  })

  for (const kind of kinds) {
    it(kind.name, async () => {
      const counted = columnOf([
        await countKind(shop, kind, 'once', 'one'),
        await countKind(shop, kind, 'again', 'single'),
      ])
      const differences = differencesOf(counted, table.get(kind.name) ?? new Map())
      expect(differences.map((difference) => sentenceOf(kind.name, difference))).to.deep.equal([])
    })
  }
})

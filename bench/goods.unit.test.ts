import { expect } from 'chai'
import { goodsOf, orderOf } from './goods.ts'

const pairOf = (skus: readonly string[], index: number): readonly string[] =>
  (JSON.parse(orderOf(skus, index)) as { lines: { sku: string }[] }).lines.map(({ sku }) => sku)

describe('the orders of the bench', () => {
  const { hot, wide } = goodsOf('X')

  it('want both of the two hot products', () => {
    for (let index = 0; index < 10; index += 1) expect(pairOf(hot, index).toSorted()).to.deep.equal(hot)
  })

  it('want two different ones of the fifty, each of them about as often', () => {
    const times = new Map<string, number>()
    for (let index = 0; index < 2_450; index += 1) {
      const pair = pairOf(wide, index)
      expect(new Set(pair).size).to.equal(2)
      for (const sku of pair) times.set(sku, (times.get(sku) ?? 0) + 1)
    }
    expect(times.size).to.equal(50)
    for (const count of times.values()) expect(count).to.be.within(90, 106)
  })
})

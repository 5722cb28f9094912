import { expect } from 'chai'
import { Recent } from './recent.ts'

describe('what is recent', () => {
  const filled = (count: number): Recent<number> => {
    const recent = new Recent<number>(10)
    for (let number = 0; number < count; number += 1) recent.set(String(number), number)
    return recent
  }
  const known = (recent: Recent<number>, count: number): number[] =>
    Array.from({ length: count }, (_, number) => number).filter((number) => recent.get(String(number)) === number)

  it('is at least the last keys of its size, whenever one looks', () => {
    for (let count = 0; count < 50; count += 1) {
      const last = Array.from({ length: Math.min(count, 10) }, (_, index) => Math.max(count - 10, 0) + index)
      expect(known(filled(count), count)).to.include.members(last)
    }
  })

  it('is never more than twice that', () => {
    for (let count = 0; count < 50; count += 1) expect(known(filled(count), count).length).to.be.at.most(20)
  })

  it('has the last value of a key', () => {
    const recent = filled(15)
    recent.set('3', 33)
    expect(recent.get('3')).to.equal(33)
    recent.set('3', 34)
    expect(recent.get('3')).to.equal(34)
  })
})

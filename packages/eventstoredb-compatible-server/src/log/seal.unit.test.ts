import { expect } from 'chai'
import { DamagedData } from './damaged-data.ts'
import { seal, unseal } from './seal.ts'

describe('a sealed value', () => {
  const key = Buffer.from('key')
  const value = Buffer.from('some value')

  it('comes back', () => {
    expect(unseal('t', key, seal(key, value))).to.deep.equal(value)
    expect(unseal('t', key, seal(key, Buffer.alloc(0)))).to.deep.equal(Buffer.alloc(0))
  })

  it('is refused when a bit of it differs, when it is cut short, and under another key', () => {
    const sealed = seal(key, value)
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const damaged = Buffer.from(sealed)
      damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(() => unseal('t', key, damaged), `bit ${bit}`).to.throw(
        DamagedData,
        'an entry of "t" under the key 6b6579 is not what was written',
      )
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => unseal('t', key, sealed.subarray(0, length)), `length ${length}`).to.throw(DamagedData)
    }
    expect(() => unseal('t', Buffer.from('kez'), sealed)).to.throw(DamagedData)
    expect(() => unseal('t', key, Buffer.alloc(sealed.length))).to.throw(DamagedData)
  })
})

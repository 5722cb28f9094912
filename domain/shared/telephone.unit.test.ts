import { expect } from 'chai'
import { internationalNumber } from './telephone.ts'

describe('a telephone number', () => {
  for (const [phone, number] of [
    ['+491700000000', '+491700000000'],
    ['+49 (0)170 / 000-0000', '+491700000000'],
    ['+1 (212) 555.0100', '+12125550100'],
    ['0170 0000000', undefined],
    ['0049 170 0000000', undefined],
    ['+0491700000000', undefined],
    ['+49 170', undefined],
    ['+4917000000000000', undefined],
    ['', undefined],
  ] as const) {
    it(`${phone} is ${number ?? 'none that can be called from everywhere'}`, () => {
      expect(internationalNumber(phone)).to.equal(number)
    })
  }
})

import { expect } from 'chai'
import { between, total } from './shop-costs.ts'

describe('costs', () => {
  const before = new Map([
    ['processors', { reads: 10, cpuMs: 500 }],
    ['PostgreSQL', { cpuMs: 100 }],
  ])
  const after = new Map([
    ['processors', { reads: 30, cpuMs: 900 }],
    ['PostgreSQL', { cpuMs: 150 }],
    ['read-api', { requests: 6 }],
  ])

  it('between two looks are those of an order, process by process', () => {
    expect(between(before, after, 10)).to.deep.equal(
      new Map([
        ['processors', { reads: 2, cpuMs: 40 }],
        ['PostgreSQL', { cpuMs: 5 }],
        ['read-api', { requests: 0.6 }],
      ]),
    )
  })

  it('are added up where processes have them', () => {
    expect(total(after)).to.deep.equal({ reads: 30, cpuMs: 1_050, requests: 6 })
  })
})

import { expect } from 'chai'
import { columnOf, differencesOf, renewed, sentenceOf } from './compare.ts'
import { parseTable, withTable } from './table.ts'

const counts = (reads: number, appends: number) =>
  new Map([
    ['reads', reads],
    ['appends', appends],
  ])

const text = `What it is.

|  | paid | declined |
| --- | --: | --: |
| reads | 21 | 26–27 |
| waits | 26 | · |
`

describe('the budget', () => {
  it('is read from its table, and written as it was read', () => {
    const table = parseTable(text)
    expect(table.get('paid')).to.deep.equal(
      new Map([
        ['reads', { least: 21, most: 21 }],
        ['waits', { least: 26, most: 26 }],
      ]),
    )
    expect(table.get('declined')).to.deep.equal(new Map([['reads', { least: 26, most: 27 }]]))
    expect(withTable(text, table)).to.equal(text)
  })

  it('does not take for a count what is none', () => {
    expect(() => parseTable(text.replace('21', 'about 20'))).to.throw("'about 20'")
    expect(() => parseTable('nothing')).to.throw('no table')
  })

  it('says what has grown, by the most that was counted', () => {
    const budget = columnOf([counts(21, 12)])
    const differences = differencesOf(columnOf([counts(21, 12), counts(22, 12)]), budget)
    expect(differences.map((one) => sentenceOf('paid', one))).to.deep.equal([
      'paid: reads: 22 counted, and the budget is 21',
    ])
  })

  it('says what could be lowered', () => {
    const differences = differencesOf(columnOf([counts(20, 12), counts(20, 12)]), columnOf([counts(21, 12)]))
    expect(differences.map((one) => sentenceOf('paid', one))).to.deep.equal([
      'paid: reads: only 20 counted, and the budget is 21: lower it with `npm run budget`',
    ])
  })

  it('says what it does not know', () => {
    const differences = differencesOf(columnOf([counts(21, 12)]), new Map([['reads', { least: 21, most: 21 }]]))
    expect(differences).to.deep.equal([{ row: 'appends', counted: 12, budget: undefined, is: 'new' }])
  })

  it('is content with anything between two numbers', () => {
    const budget = new Map([['reads', { least: 4, most: 5 }]])
    for (const reads of [4, 5])
      expect(differencesOf(new Map([['reads', { least: reads, most: reads }]]), budget)).to.deep.equal([])
  })

  it('is lowered to what was counted, and raised only when that is asked for', () => {
    const table = new Map([['paid', columnOf([counts(21, 12)])]])
    const counted = new Map([['paid', columnOf([counts(20, 13)])]])
    expect(renewed(table, counted, false).get('paid')).to.deep.equal(columnOf([counts(20, 12)]))
    expect(renewed(table, counted, true).get('paid')).to.deep.equal(columnOf([counts(20, 13)]))
  })

  it('keeps a cell of two numbers for as long as what is counted lies in it', () => {
    const of = (least: number, most: number) => new Map([['paid', new Map([['reads', { least, most }]])]])
    expect(renewed(of(4, 5), of(4, 4), true)).to.deep.equal(of(4, 5))
    expect(renewed(of(4, 5), of(3, 3), false)).to.deep.equal(of(3, 3))
    expect(renewed(of(4, 6), of(7, 7), true)).to.deep.equal(of(5, 7))
  })
})

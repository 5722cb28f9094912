import { expect } from 'chai'
import { projection } from '../../../test/console/answers.ts'
import { readModelsOf } from './read-models.js'

describe('the read models at a glance', () => {
  it('are all up to date, or those that are not are named, with what is wrong', () => {
    // One of them is a moment behind, as now and then each is.
    const moment = projection('stock', { caughtUp: false, lagSeconds: 0.4 })
    expect(readModelsOf([projection('orders'), moment])).to.deep.equal([
      { name: 'All 2', state: 'up to date', tone: 'good' },
    ])
    expect(
      readModelsOf([
        projection('orders', { caughtUp: false, lagSeconds: 33 }),
        projection('stock', { standsStill: 'its table is of version 3' }),
        projection('sales', { setAside: { count: 2, first: [] } }),
        projection('products'),
      ]),
    ).to.deep.equal([
      { name: 'orders', state: 'behind', tone: 'warn', why: 'what it shows is 33 s old' },
      { name: 'stock', state: 'stands still', tone: 'bad', why: 'its table is of version 3' },
      { name: 'sales', state: '2 rows set aside', tone: 'warn' },
    ])
  })
})

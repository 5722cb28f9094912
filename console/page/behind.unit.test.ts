import { expect } from 'chai'
import { projection } from '../../test/console/answers.ts'
import { behindOf } from './behind.js'

const behind = (name: string, lagSeconds: number) => projection(name, { caughtUp: false, lagSeconds })
const said = (...projections: Parameters<typeof behindOf>[0]) => behindOf(projections, ['orders', 'timeline'])?.message

describe('a view of a read model that is behind', () => {
  it('says by how much, once that is more than a moment, and of what it shows alone', () => {
    expect(said(projection('orders'), behind('stock', 90))).to.equal(undefined)
    expect(said(behind('orders', 2))).to.equal(undefined)
    // What there was of it last is no word on where it is now.
    expect(said(projection('orders', { lagSeconds: 90 }))).to.equal(undefined)
    expect(said(behind('orders', 33), behind('timeline', 7))).to.equal(
      'The read model is 33 s behind: what has happened since is missing.',
    )
  })
})

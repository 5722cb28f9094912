import { expect } from 'chai'
import { withNewest } from './tail.js'

describe('the end of a stream', () => {
  it('grows at its top, holds so many, and nothing twice nor out of its place', () => {
    const event = (cursor: string) => ({
      id: cursor,
      stream: 's',
      revision: cursor,
      position: null,
      type: 'T',
      created: '',
      data: {},
      metadata: {},
      cursor,
    })
    const shown = (cursors: readonly { cursor: string }[]) => cursors.map(({ cursor }) => cursor).join('')
    const two = [event('2'), event('1')]
    expect(shown(withNewest(two, event('3'), 3))).to.equal('321')
    expect(shown(withNewest(two, event('3'), 2))).to.equal('32')
    expect(shown(withNewest(two, event('2'), 3))).to.equal('21')
    expect(shown(withNewest(two, event('0'), 3))).to.equal('21')
    expect(shown(withNewest([], event('1'), 3))).to.equal('1')
    expect(shown(withNewest([event('9')], event('10'), 3))).to.equal('109')
  })
})

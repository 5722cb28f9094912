import { expect } from 'chai'
import { hrefOf, routeOf } from './route.js'

describe('an address of the page', () => {
  it('is read as it was written, whatever a stream is called', () => {
    const stream = '$persistentsubscription-$all::order-parked/ä?#'
    const { path, query } = routeOf(hrefOf(['streams', stream], { from: '3', direction: undefined, text: 'a&b=c?' }))
    expect(path).to.deep.equal(['streams', stream])
    expect([...query]).to.deep.equal([
      ['from', '3'],
      ['text', 'a&b=c?'],
    ])
  })

  it('may be anything that somebody has typed', () => {
    expect(routeOf('').path).to.deep.equal([])
    expect(routeOf('#orders').path).to.deep.equal(['orders'])
    expect(routeOf('#/orders/%E0%A4%A').path).to.deep.equal(['orders', '%E0%A4%A'])
  })
})

import { expect } from 'chai'
import { office } from '../../test/processors/office.ts'
import { asksForOtherMethods } from '../../test/specifications/other-methods.ts'

describe('the dead letters over HTTP', () => {
  it('are looked at and told something at each of their addresses, which name the methods by which', async () => {
    const addresses = await asksForOtherMethods(office().app)
    expect(addresses).to.include('/v1/dead-letters: GET, HEAD, OPTIONS')
    expect(addresses).to.include('/v1/dead-letters/{group}/{number}/retry: POST, OPTIONS')
    expect(addresses.length).to.be.greaterThan(4)
  })
})

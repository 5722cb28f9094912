import { expect } from 'chai'
import { commandApiUnderTest } from '../test/specifications/command-api.ts'
import { asksForOtherMethods } from '../test/specifications/other-methods.ts'

describe('the command API', () => {
  it('is told something at each of its addresses, and names the methods by which', async () => {
    const addresses = await asksForOtherMethods(commandApiUnderTest().app)
    expect(addresses).to.include('/v1/orders: POST, OPTIONS')
    expect(addresses).to.include('/v1/products/{sku}/price: PUT, OPTIONS')
    expect(addresses).to.include('/v1/webhooks/mock: POST, OPTIONS')
    expect(addresses.length).to.be.greaterThan(12)
  })
})

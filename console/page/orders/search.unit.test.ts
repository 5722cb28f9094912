import { expect } from 'chai'
import { searchOf } from './search.js'

const asked = (text: string) =>
  Object.fromEntries(Object.entries(searchOf(new URLSearchParams(text))).filter(([, value]) => value !== undefined))

describe('a search for orders', () => {
  it('asks for what the form says, and for nothing where it says nothing', () => {
    expect(asked('')).to.deep.equal({})
    expect(asked('text=+H3D+')).to.deep.equal({ number: 'H3D' })
    expect(asked('in=customer&text=ann')).to.deep.equal({ customerId: 'ann' })
    expect(asked('in=sku&text=tea-1&status=placed&payment=unknown&attention=true')).to.deep.equal({
      sku: 'TEA-1',
      status: 'placed',
      paymentStatus: 'unknown',
      attention: 'true',
    })
  })

  it('takes days as the reader has them, the last one whole', () => {
    expect(asked('from=2026-02-27&to=2026-02-28')).to.deep.equal({
      from: new Date(2026, 1, 27).toISOString(),
      to: new Date(2026, 2, 1).toISOString(),
    })
    expect(asked('from=soon&to=2026-2-1')).to.deep.equal({})
  })
})

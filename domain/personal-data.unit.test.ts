import { expect } from 'chai'
import { oneOfEach } from '../test/specifications/every-event.ts'
import { visibility } from './visibility.ts'
import { mask, masked } from './personal-data.ts'

describe('what an event says of a person', () => {
  it('is masked wherever it stands, and named; all else is as it was', () => {
    const { data, fields } = masked({
      orderId: 'o',
      shipTo: { name: 'Ada' },
      items: [{ contact: 'ada@example.com', n: 1 }],
    })
    expect(data).to.deep.equal({ orderId: 'o', shipTo: mask, items: [{ contact: mask, n: 1 }] })
    expect(fields).to.deep.equal(['shipTo', 'contact'])
  })

  it('is in no event but what nobody is shown', () => {
    for (const event of Object.values(oneOfEach)) {
      const seen: Readonly<Record<string, string>> = visibility[event.type][1]
      for (const field of masked(event).fields) expect(seen[field], `${event.type}: ${field}`).to.equal('log')
    }
    expect(masked(oneOfEach.OrderPlaced).fields).to.deep.equal(['shipTo', 'contact'])
  })

  it('leaves what is no object', () => {
    expect(['text', 7, null, undefined].map((value) => masked(value).data)).to.deep.equal(['text', 7, null, undefined])
  })
})

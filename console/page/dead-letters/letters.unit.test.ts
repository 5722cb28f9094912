import { expect } from 'chai'
import { letter } from '../orders/order-of-tests.ts'
import { firstOnes, maskedContent, summaryOf } from './letters.js'

describe('dead letters', () => {
  it('are summed up: the oldest, the newest, and what for, the most frequent first', () => {
    const letters = [
      letter({ parkedAt: '2026-03-01T12:02:00Z', code: 'waits_behind' }),
      letter({ parkedAt: '2026-03-01T12:01:00Z' }),
      letter({ parkedAt: '2026-03-01T12:03:00Z', code: 'waits_behind' }),
    ]
    expect(summaryOf(letters)).to.deep.equal({
      oldest: '2026-03-01T12:01:00Z',
      newest: '2026-03-01T12:03:00Z',
      codes: [
        ['waits_behind', 2],
        ['unexpected_error', 1],
      ],
    })
  })

  it('can be retried where nothing of their order comes before', () => {
    const settled = { at: '', by: 'olga', verdict: 'retry', why: null }
    const letters = [letter({ number: 1 }), letter({ number: 2, waitsFor: 1 }), letter({ number: 3, settled })]
    expect(firstOnes(letters).map(({ number }) => number)).to.deep.equal([1])
  })

  it('keep personal data to themselves', () => {
    const data = { number: 'A', shipTo: { name: 'Ann' }, contact: { email: 'ann@example.com' } }
    expect(maskedContent(data)).to.deep.equal({
      data: { number: 'A', shipTo: '•••', contact: '•••' },
      masked: ['shipTo', 'contact'],
    })
    for (const other of ['text', null, [1], { a: 1 }])
      expect(maskedContent(other)).to.deep.equal({ data: other, masked: [] })
  })
})

import { expect } from 'chai'
import { nothingMore, settledAt, shown } from '../../test/processors/office.ts'
import { wholeDeadLetterText, wouldLine } from './cli-output.ts'
import { wholeDeadLetterSchema, type WholeDeadLetter } from './dead-letter.ts'

const nothing = nothingMore.retryWould

const letter = (changes: Partial<WholeDeadLetter> = {}): WholeDeadLetter =>
  wholeDeadLetterSchema.parse({ ...shown('order', 3, 'a'), ...nothingMore, data: {}, metadata: {}, ...changes })

const wouldOf = (retryWould: Partial<WholeDeadLetter['retryWould']>, changes: Partial<WholeDeadLetter> = {}) =>
  wouldLine(letter({ retryWould: { ...nothing, ...retryWould }, ...changes }))

describe('what the tool says that a retry would do', () => {
  const events = [{ stream: 'order-a', type: 'OrderConfirmed' }]

  it('is a sentence, whatever there is of it', () => {
    expect(wouldOf({})).to.equal('order 3 would write nothing and begin nothing')
    expect(wouldOf({ commands: ['ConfirmOrder'] })).to.equal(
      'order 3 would ConfirmOrder: write nothing and begin nothing',
    )
    expect(wouldOf({ commands: ['ConfirmOrder'], events, intents: ['payment p'], failure: 'not now: away' })).to.equal(
      'order 3 would ConfirmOrder: write OrderConfirmed to order-a, then begin payment p, then fail again: not now: away',
    )
    expect(wouldOf({ events }, { waitsFor: 1 })).to.equal(
      'order 3 would write OrderConfirmed to order-a (after order 1)',
    )
  })

  it('is nothing of one that is settled, which is not retried', () => {
    expect(wholeDeadLetterText(letter())).to.match(/^a retry +would write nothing/m)
    const settled = { at: settledAt, by: 'olga', verdict: 'retry', why: null }
    expect(wholeDeadLetterText(letter({ settled }))).not.to.contain('a retry')
  })
})

import { expect } from 'chai'
import { isForOperators } from '../../domain/notifications/channels.ts'
import { templates } from '../../domain/notifications/events.ts'
import { forOperators, withWordsForOperators } from '../../test/specifications/for-operators.ts'
import { messageOf, smsTextOf, usualWriting } from './messages.ts'
import { sampleOf } from './samples.ts'

describe('a message to a customer', () => {
  for (const template of templates.filter((one) => !isForOperators(one))) {
    it(`${template} tells nothing that is for operators`, () => {
      for (const { cause, ...facts } of sampleOf(template)) {
        const marked = { ...facts, cause: withWordsForOperators(cause) }
        const message = messageOf(template, marked, usualWriting)
        expect(Object.values(message).join()).not.to.contain(forOperators)
        expect(smsTextOf(template, marked, usualWriting)).not.to.contain(forOperators)
      }
    })
  }

  it('to an operator does, so that this can be seen here', () => {
    const said = sampleOf('operator_payment_mismatch').map(({ cause, ...facts }) =>
      messageOf('operator_payment_mismatch', { ...facts, cause: withWordsForOperators(cause) }, usualWriting),
    )
    expect(said.map(({ text }) => text.includes(forOperators))).to.deep.equal([true])
  })
})

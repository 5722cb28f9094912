import { expect } from 'chai'
import { Problem, problemIn, wordsFor } from './problem.js'

describe('what went wrong', () => {
  it('is said in the words of the API, with the fields that it names', () => {
    const body = { code: 'invalid_request', detail: 'Wrong.', errors: [{ path: 'amount', message: 'too much' }] }
    const problem = problemIn(400, JSON.stringify(body), '3')
    expect([problem.code, problem.message, problem.retryAfterSeconds, problem.passes]).to.deep.equal([
      'invalid_request',
      'Wrong. amount: too much',
      3,
      false,
    ])
  })

  it('may be no answer of ours', () => {
    for (const text of ['<html>', '', 'null', '3']) {
      const problem = problemIn(502, text)
      expect([problem.code, problem.message, problem.passes]).to.deep.equal(['http_502', 'It answered 502.', true])
    }
  })

  it('is explained where somebody else was faster', () => {
    const words = wordsFor(new Problem({ status: 412, code: 'precondition_failed', detail: 'It is at 3.' }))
    expect(words).to.match(/^Somebody or something has changed this order .* nothing was done/)
  })
})

import { expect } from 'chai'
import { withoutDocComments } from './page-files.ts'

describe('a script of the page', () => {
  it('is sent without its documentation, each line under its own number', () => {
    const script = [
      '/** One. */',
      'first()',
      '  /**',
      '   * Two: `*` and /.',
      '   */',
      'second() // why',
      '/* kept */',
    ].join('\n')
    expect(withoutDocComments(script).split('\n')).to.deep.equal([
      '',
      'first()',
      '',
      '',
      '',
      'second() // why',
      '/* kept */',
    ])
  })

  it('keeps a type that stands before an expression, and all that comes behind it', () => {
    const script = ['/** @type {A} */ (one),', 'two()', '/** Three. */'].join('\n')
    expect(withoutDocComments(script)).to.equal('/** @type {A} */ (one),\ntwo()\n')
  })
})

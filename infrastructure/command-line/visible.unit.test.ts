import { expect } from 'chai'
import { visible, visibleInLine } from './visible.ts'

describe('what others have written, on a terminal', () => {
  it('is seen, and does nothing', () => {
    expect(visible('a\u001b[2J\r\u009b31m\u202eb\u2028\u0000\u007f')).to.equal(
      'a\\u001b[2J\\u000d\\u009b31m\\u202eb\\u2028\\u0000\\u007f',
    )
  })

  it('stays as it is otherwise', () => {
    const text = 'Jörg\t山田 😀 \u200fمرحبا\n'
    expect(visible(text)).to.equal(text)
    expect(visibleInLine('a\n\tb')).to.equal('a\\u000a\\u0009b')
  })

  it('is the same JSON as before', () => {
    const value = { name: 'a\u009b\u2066\u001b"\\' }
    expect(JSON.parse(visible(JSON.stringify(value, null, 2)))).to.deep.equal(value)
  })
})

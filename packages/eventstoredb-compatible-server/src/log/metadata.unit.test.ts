import { expect } from 'chai'
import { parseMetadata, withTruncateBefore } from './metadata.ts'

const parse = (json: string) => parseMetadata(Buffer.from(json), true)

describe('stream metadata (4)', () => {
  it('takes what it knows and leaves the rest', () => {
    expect(parse('{"$maxCount":3,"$maxAge":60,"$tb":7,"$acl":{"$r":"x"},"mine":1.5}')).to.deep.equal({
      maxCount: 3n,
      maxAgeSeconds: 60n,
      truncateBefore: 7n,
    })
  })

  it('reads 64-bit numbers exactly', () => {
    expect(parse('{"$tb":9223372036854775807}')).to.deep.equal({ truncateBefore: 9_223_372_036_854_775_807n })
  })

  it('looks at the top only', () => {
    expect(parse('{"$maxCount":3,"deep":{"$maxCount":1,"$tb":"x"},"deeper":[{"$maxCount":2}]}')).to.deep.equal({
      maxCount: 3n,
    })
  })

  it('ignores values that are not positive', () => {
    expect(parse('{"$maxCount":0,"$maxAge":-1,"$tb":-1}')).to.deep.equal({})
    expect(parse('{"$tb":0}')).to.deep.equal({ truncateBefore: 0n })
  })

  it('counts as empty when a number is none, too long or in the wrong place, or the JSON is malformed', () => {
    const bad = [
      '{"$maxCount":1,"$maxAge":"60"}',
      '{"$maxCount":1,"$tb":1.5}',
      '{"$maxCount":1,"$tb":9223372036854775808}',
      '{"$maxCount":1,"$maxAge":9223372036854775807}',
      '{"$maxCount":1',
      '[{"$maxCount":1}]',
      '',
      'null',
    ]
    expect(bad.map(parse)).to.deep.equal(bad.map(() => ({})))
    expect(parseMetadata(Buffer.from('{"$maxCount":1}'), false)).to.deep.equal({})
  })

  it('can be given another $tb and keeps the rest', () => {
    expect(
      withTruncateBefore(Buffer.from('{"$maxCount":3,"$tb":1,"mine":{"a":1}}'), 9_223_372_036_854_775_807n).toString(),
    ).to.equal('{"$tb":9223372036854775807,"$maxCount":3,"mine":{"a":1}}')
    expect(
      withTruncateBefore(
        Buffer.from('{"big":12345678901234567890,"deep":[1.10,{"é":"\\u00e9","none":null}],"":{"$tb":1}}'),
        4n,
      ).toString(),
    ).to.equal('{"$tb":4,"big":12345678901234567890,"deep":[1.10,{"é":"\\u00e9","none":null}],"":{"$tb":1}}')
    expect(withTruncateBefore(Buffer.from('rubbish'), 4n).toString()).to.equal('{"$tb":4}')
  })
})

import { expect } from 'chai'
import { revisionNamedBy } from './etag.ts'
import { HttpFault } from './problem.ts'

describe('If-Match', () => {
  for (const given of ['"12"', ' "12" ', 'W/"12"', '"12-gzip"', '"12--gzip"', '"12;br"', 'W/"12-zstd"'])
    it(`${given} names a revision, whatever a proxy on the way has made of the tag`, () => {
      expect(revisionNamedBy(given)).to.equal(12n)
    })

  for (const given of [undefined, '*'])
    it(`${given ?? 'that is missing'} takes any`, () => {
      expect(revisionNamedBy(given)).to.equal(undefined)
    })

  for (const given of ['', '12', 'w/"12"', 'W/12', '"-1"', '"012"', '"1", "2"', 'W/"1", W/"2"', '"12-else"', '"1e2"'])
    it(`${given === '' ? 'that is empty' : given} is refused`, () => {
      expect(() => revisionNamedBy(given)).to.throw(HttpFault, 'If-Match is not one revision.')
    })
})

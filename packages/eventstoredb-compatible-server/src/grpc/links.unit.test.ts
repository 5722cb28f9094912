import { expect } from 'chai'
import type { StoredRecord } from '../log/types.ts'
import { resolveLink } from './links.ts'

const record = (type: string, data: string): StoredRecord => ({
  position: 1n,
  stream: 'links',
  revision: 0n,
  id: '',
  type,
  isJson: false,
  created: 0n,
  data: Buffer.from(data),
  metadata: Buffer.alloc(0),
})
const target = record('Placed', '{}')
const log = {
  readRecord: (stream: string, revision: bigint) => (stream === 'a@b' && revision === 7n ? target : undefined),
}

describe('link resolution (3.3)', () => {
  it('splits at the first @', () => {
    const link = record('$>', '7@a@b')
    expect(resolveLink(log, link)).to.deep.equal({ event: target, link })
  })

  it('leaves the link alone when its target is gone', () => {
    const link = record('$>', '8@a@b')
    expect(resolveLink(log, link)).to.deep.equal({ link })
  })

  it('takes a link without a number for an ordinary event in pages, for a broken link when live, with an @ or without', () => {
    for (const text of ['x@a@b', 'nothing', '@a', '']) {
      const link = record('$>', text)
      expect([resolveLink(log, link, 'page'), resolveLink(log, link, 'live')], text).to.deep.equal([
        { event: link },
        { link },
      ])
    }
  })

  it('reads the number as .NET does: a sign and white space are no matter, what does not fit 64 bits is no number', () => {
    const found = [' 7 @a@b', '+7@a@b', '007@a@b', '-7@a@b', '9223372036854775808@a@b'].map((text) => {
      const link = record('$>', text)
      const { event, link: left } = resolveLink(log, link)
      return event === target ? 'target' : event === link ? 'ordinary' : left === link ? 'alone' : '?'
    })
    expect(found).to.deep.equal(['target', 'target', 'target', 'alone', 'ordinary'])
  })

  it('takes a number without a stream for a broken link', () => {
    const link = record('$>', '7')
    expect(resolveLink(log, link)).to.deep.equal({ link })
  })

  it('does not follow events of another type', () => {
    const event = record('$@', '7@a@b')
    expect(resolveLink(log, event)).to.deep.equal({ event })
  })
})

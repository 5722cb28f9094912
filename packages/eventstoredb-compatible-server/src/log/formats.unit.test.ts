import { expect } from 'chai'
import fc from 'fast-check'
import { indexKey, positionKey, positionOfKey, revisionOfIndexKey, streamKey } from './keys.ts'
import { decodeRecord, encodeRecord } from './record-format.ts'
import { decodeEntry, encodeEntry, LAST_REVISION } from './stream-entry.ts'

const uint63 = fc.bigInt({ min: 0n, max: LAST_REVISION })
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))
const text = fc.string({ unit: 'grapheme' }).filter((string) => string.isWellFormed())

describe('what lies in the files', () => {
  it('records come back as they were', () => {
    const record = fc.record({
      position: uint63,
      stream: text,
      revision: uint63,
      id: fc.uuid(),
      type: text,
      isJson: fc.boolean(),
      created: uint63,
      data: bytes,
      metadata: bytes,
    })
    fc.assert(
      fc.property(record, (one) => {
        expect(decodeRecord(one.position, encodeRecord(one))).to.deep.equal(one)
      }),
      { seed: 1 },
    )
  })

  it('entries of streams come back as they were', () => {
    const optional = { requiredKeys: [] as [] }
    const metadata = fc.record({ maxCount: uint63, maxAgeSeconds: uint63, truncateBefore: uint63 }, optional)
    const entry = fc.record({
      number: fc.integer({ min: 1, max: 2 ** 47 }),
      lastRevision: fc.bigInt({ min: -1n, max: LAST_REVISION }),
      metadata,
    })
    fc.assert(
      fc.property(entry, (one) => {
        expect(decodeEntry(encodeEntry(one))).to.deep.equal({ number: one.number, metadata: { ...one.metadata } })
      }),
      { seed: 1 },
    )
  })

  it('keys sort as their numbers do', () => {
    fc.assert(
      fc.property(uint63, uint63, fc.nat(), fc.nat(), (a, b, s, t) => {
        expect(Math.sign(Buffer.compare(positionKey(a), positionKey(b)))).to.equal(a < b ? -1 : a > b ? 1 : 0)
        expect([positionOfKey(positionKey(a)), revisionOfIndexKey(indexKey(s, b))]).to.deep.equal([a, b])
        if (s !== t) expect(Buffer.compare(indexKey(s, a), indexKey(t, b)) < 0).to.equal(s < t)
      }),
      { seed: 1 },
    )
  })

  it('keys of long names are short, and differ', () => {
    const long = 'x'.repeat(5_000)
    expect(streamKey(long).length).to.be.lessThan(1_100)
    expect(streamKey(long).equals(streamKey(`${long}y`))).to.equal(false)
    expect(streamKey('s-1').toString()).to.equal('s-1')
  })
})

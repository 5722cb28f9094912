import { expect } from 'chai'
import type { StoredRecord } from '../log/types.ts'
import { LAST_REVISION } from '../log/stream-entry.ts'
import { parkedEvent, parkedSourceRevision } from './parked-event.ts'

const record = (revision: bigint): StoredRecord => ({
  position: 1n,
  stream: 'orders',
  revision,
  id: '00000000-0000-4000-8000-000000000001',
  type: 'A',
  isJson: true,
  created: 0n,
  data: Buffer.alloc(0),
  metadata: Buffer.alloc(0),
})

describe('a parked event (6.5)', () => {
  for (const revision of [0n, 1n, 9_007_199_254_740_993n, LAST_REVISION]) {
    it(`keeps the number ${revision} to the last digit`, () => {
      const original = record(revision)
      const message = {
        id: original.id,
        original,
        position: 1n,
        sequence: 1,
        sourceRevision: revision,
        resolved: { event: original },
        retryCount: 0,
      }
      const parked = parkedEvent(message, { kind: 'client-nak', words: '"so"' }, '', 0)
      const fields = revision === 0n ? '' : `,"subscriptionEventNumber":${revision}`
      expect(parked.metadata.toString())
        .to.match(/^\{"added":"[^"]{33}","reason":"Client explicitly NAK'ed message\.\\n\\"so\\""/)
        .and.to.satisfy((text: string) => text.endsWith(`\\"so\\""${fields}}`))
      expect(parkedSourceRevision({ ...original, ...parked })).to.equal(revision)
    })
  }
})

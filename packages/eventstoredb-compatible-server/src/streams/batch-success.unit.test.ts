import { expect } from 'chai'
import fc from 'fast-check'
import { structuredUuid, textUuid } from '../grpc/uuid.ts'
import { LAST_REVISION } from '../log/stream-entry.ts'
import { batchAnswer, batchSuccess } from './batch-append-answers.ts'
import { encodeBatchSuccess } from './batch-success.ts'

describe('the answer to an append that was written (2.2)', () => {
  it('is byte for byte what the generated code makes of it', () => {
    const number = fc.bigInt({ min: 0n, max: LAST_REVISION })
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }).filter((text) => text.isWellFormed())
    const place = fc.option(
      number.filter((position) => position > 0n),
      { nil: undefined },
    )
    const correlationId = fc
      .tuple(fc.uuid(), fc.boolean())
      .map(([id, isText]) => (isText ? textUuid(id) : structuredUuid(id)))
    fc.assert(
      fc.property(correlationId, name, fc.oneof(number, fc.constant(-1n)), place, (id, stream, revision, position) => {
        const generated = batchAnswer(id, stream).setSuccess(batchSuccess(revision, position)).serializeBinary()
        expect(encodeBatchSuccess(id, stream, revision, position).toString('hex')).to.equal(
          Buffer.from(generated).toString('hex'),
        )
      }),
      { seed: 1 },
    )
  })
})

import { expect } from 'chai'
import fc from 'fast-check'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { readOfStream } from './read-request.ts'
import { appendRequestsOf, encodeEvent, type AppendRequest } from './append-request.ts'
import type { EventToStore, ExpectedRevision } from './port.ts'

/** What the client's own message has in it. */
const read = ({ bytes }: AppendRequest) => {
  const request = streams.BatchAppendReq.deserializeBinary(new Uint8Array(bytes))
  return {
    id: request.getCorrelationId()?.getString(),
    options: request.getOptions(),
    isFinal: request.getIsFinal(),
    events: request.getProposedMessagesList().map((message) => ({
      id: message.getId()?.getString(),
      about: Object.fromEntries(message.getMetadataMap().entries()),
      data: JSON.parse(Buffer.from(message.getData_asU8()).toString()) as unknown,
      metadata: JSON.parse(Buffer.from(message.getCustomMetadata_asU8()).toString()) as unknown,
    })),
  }
}

const events = fc.array(
  fc.record({
    id: fc.uuid(),
    type: fc.string({ unit: 'grapheme', minLength: 1 }),
    data: fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      fc.string({ unit: 'grapheme' }),
    ),
    metadata: fc.constant({ schemaVersion: 1 }),
  }),
  { minLength: 1, maxLength: 5 },
)

describe('the request for an append', () => {
  it("is what the client's own message reads", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.string({ unit: 'grapheme', minLength: 1 }), events, (id, stream, proposed) => {
        const [request, ...more] = appendRequestsOf(id, stream, proposed.map(encodeEvent), 'no_stream').map(read)
        expect(more).to.deep.equal([])
        expect(request?.id).to.equal(id)
        expect(request?.isFinal).to.equal(true)
        expect(Buffer.from(request?.options?.getStreamIdentifier()?.getStreamName_asU8() ?? '').toString()).to.equal(
          stream,
        )
        expect(request?.events).to.deep.equal(
          proposed.map(({ type, ...event }) => ({ ...event, about: { type, 'content-type': 'application/json' } })),
        )
      }),
    )
  })

  it('names the stream by the bytes by which a read does, also where it is no proper text', () => {
    for (const stream of ['order-1', 'größe-🛒', 'half a pair: \ud800']) {
      const [request] = appendRequestsOf('id', stream, [], 'any').map(read)
      expect(request?.options?.getStreamIdentifier()?.getStreamName_asU8()).to.deep.equal(
        readOfStream({ stream, from: 0n }).getOptions()?.getStream()?.getStreamIdentifier()?.getStreamName_asU8(),
      )
    }
  })

  it('asks for the revision that the decision was made from, and names no time', () => {
    const optionsFor = (expected: ExpectedRevision) => {
      const [request] = appendRequestsOf('id', 'order-1', [], expected).map(read)
      if (request?.options === undefined) throw new Error('no options')
      return request.options
    }
    expect(optionsFor('no_stream').hasNoStream()).to.equal(true)
    expect(optionsFor('any').hasAny()).to.equal(true)
    for (const revision of [0n, 7n, 2n ** 53n + 1n])
      expect(optionsFor(revision).getStreamPosition()).to.equal(String(revision))
    // It would be a time of this clock, read by the server's.
    expect(optionsFor(0n).hasDeadline()).to.equal(false)
  })

  it('goes in parts that a server takes in, the last of which says so', () => {
    const large = (n: number): EventToStore => ({
      id: `id-${n}`,
      type: 'Large',
      data: { text: 'x'.repeat(1024 * 1024) },
      metadata: {},
    })
    const requests = appendRequestsOf('id', 'order-1', [0, 1, 2, 3, 4].map(large).map(encodeEvent), 4n)
    for (const { bytes } of requests) expect(bytes.length).to.be.below(4 * 1024 * 1024)
    const parts = requests.map(read)
    expect(
      parts.map((part) => [part.options !== undefined, part.isFinal, part.events.map(({ id }) => id)]),
    ).to.deep.equal([
      [true, false, ['id-0', 'id-1']],
      [false, false, ['id-2', 'id-3']],
      [false, true, ['id-4']],
    ])
    expect(parts.map(({ id }) => id)).to.deep.equal(['id', 'id', 'id'])
  })
})

import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { expect } from 'chai'
import type { StoredRecord } from '../log/types.ts'
import { encodePersistentReadEvent, encodeReadEvent } from './recorded-event.ts'

const record = (over: Partial<StoredRecord> = {}): StoredRecord => ({
  position: 5_000_000_000n,
  stream: 'häuser-1',
  revision: 9_223_372_036_854_775_807n,
  id: '8b4d0a6e-02a1-4f2b-b5c2-6f4e5d0a9c11',
  type: 'Überfall',
  isJson: true,
  created: 17_000_000_000_000_000n,
  data: Buffer.alloc(300, 'x'),
  metadata: Buffer.alloc(0),
  ...over,
})

describe('RecordedEvent on the wire (3.2)', () => {
  it('is what the generated messages read', () => {
    const event = streams.ReadResp.deserializeBinary(encodeReadEvent({ event: record() }, 'string')).getEvent()
    const recorded = event?.getEvent()
    expect(event?.getCommitPosition()).to.equal('5000000000')
    expect(event?.hasLink()).to.equal(false)
    expect(recorded?.getId()?.getString()).to.equal(record().id)
    expect(Buffer.from(recorded?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).to.equal('häuser-1')
    expect(recorded?.getStreamRevision()).to.equal('9223372036854775807')
    expect([recorded?.getPreparePosition(), recorded?.getCommitPosition()]).to.deep.equal(['5000000000', '5000000000'])
    expect(recorded?.getMetadataMap().toObject()).to.deep.equal([
      ['content-type', 'application/json'],
      ['created', '17000000000000000'],
      ['type', 'Überfall'],
    ])
    expect(Buffer.from(recorded?.getData_asU8() ?? []).equals(record().data)).to.equal(true)
    expect(recorded?.getCustomMetadata_asU8().length).to.equal(0)
  })

  it('gives event and link their own positions, and the link the say', () => {
    const link = record({ position: 77n, revision: 0n, isJson: false })
    const event = streams.ReadResp.deserializeBinary(encodeReadEvent({ event: record(), link }, 'string')).getEvent()
    expect([
      event?.getCommitPosition(),
      event?.getLink()?.getCommitPosition(),
      event?.getEvent()?.getCommitPosition(),
    ]).to.deep.equal(['77', '77', '5000000000'])
  })

  it('gives ids as two halves to who wants them so', () => {
    const event = streams.ReadResp.deserializeBinary(encodeReadEvent({ event: record() }, 'structured'))
      .getEvent()
      ?.getEvent()
    const id = event?.getId()?.getStructured()
    expect(
      [id?.getMostSignificantBits(), id?.getLeastSignificantBits()].map((half) =>
        BigInt.asUintN(64, BigInt(half ?? 0)).toString(16),
      ),
    ).to.deep.equal(['8b4d0a6e02a14f2b', 'b5c26f4e5d0a9c11'])
  })
})

describe('a delivery of a persistent subscription (6.3)', () => {
  it('carries the original position in event and link, and the retry count', () => {
    const link = record({ position: 77n })
    const event = persistent.ReadResp.deserializeBinary(
      encodePersistentReadEvent({ event: record(), link }, 3, 'string'),
    ).getEvent()
    expect([
      event?.getCommitPosition(),
      event?.getLink()?.getCommitPosition(),
      event?.getEvent()?.getCommitPosition(),
      event?.getRetryCount(),
    ]).to.deep.equal(['77', '77', '77', 3])
  })

  it('can be a link alone, delivered for the first time', () => {
    const event = persistent.ReadResp.deserializeBinary(
      encodePersistentReadEvent({ link: record() }, 0, 'string'),
    ).getEvent()
    expect([event?.hasEvent(), event?.hasLink(), event?.hasRetryCount(), event?.getRetryCount()]).to.deep.equal([
      false,
      true,
      true,
      0,
    ])
  })
})

import type {
  AllStreamRecordedEvent,
  AllStreamResolvedEvent,
  PersistentSubscriptionToAllResolvedEvent,
} from '@eventstore/db-client'
import {
  convertGrpcEvent,
  convertPersistentSubscriptionGrpcEvent,
} from '@eventstore/db-client/dist/utils/convertGrpcEvent.js'
import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { expect } from 'chai'
import { toDeliveredMessage } from './delivered-message.ts'
import { toReadMessage } from './read-message.ts'
import { toStoredEvent } from './stored-event.ts'

const { ReadEvent } = persistent.ReadResp

const eventId = '0b5d2c7e-6a41-4c39-9b0f-3f1f6f1f0a01'
const linkId = 'b8a0c1de-0d5f-4f5c-8f8a-2f0d3a4b5c6d'
const asText = (id: string) => new shared.UUID().setString(id)
const asNumbers = (id: string) => {
  const hex = id.replaceAll('-', '')
  const half = (from: number) => BigInt.asIntN(64, BigInt(`0x${hex.slice(from, from + 16)}`)).toString()
  return new shared.UUID().setStructured(
    new shared.UUID.Structured().setMostSignificantBits(half(0)).setLeastSignificantBits(half(16)),
  )
}

type Recorded = {
  readonly id?: shared.UUID
  readonly stream?: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly data?: string
}

const recorded = ({
  id = asText(eventId),
  stream = 'order-1',
  metadata = { type: 'Happened' },
  data = '{"n":1}',
}: Recorded = {}) => {
  const record = new ReadEvent.RecordedEvent()
    .setId(id)
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(stream)))
    .setStreamRevision('7')
    .setCommitPosition('9000')
    .setPreparePosition('8999')
    .setCustomMetadata(Buffer.from('{"type":"in the metadata"}'))
    .setData(Buffer.from(data))
  for (const [key, value] of Object.entries({
    created: '638412345678901234',
    'content-type': 'application/json',
    ...metadata,
  }))
    record.getMetadataMap().set(key, value)
  return record
}

const bytesOf = (message: persistent.ReadResp): Buffer => Buffer.from(message.serializeBinary())
const delivered = (event: persistent.ReadResp.ReadEvent) => new persistent.ReadResp().setEvent(event)

/** The same as a read gives it: events are alike in both. */
const asRead = (message: persistent.ReadResp): streams.ReadResp => {
  const delivery = message.getEvent() ?? expect.fail('no event')
  const event = new streams.ReadResp.ReadEvent()
  const recordedAs = (record: persistent.ReadResp.ReadEvent.RecordedEvent) =>
    streams.ReadResp.ReadEvent.RecordedEvent.deserializeBinary(record.serializeBinary())
  const [record, link] = [delivery.getEvent(), delivery.getLink()]
  if (record !== undefined) event.setEvent(recordedAs(record))
  if (link !== undefined) event.setLink(recordedAs(link))
  return new streams.ReadResp().setEvent(event)
}

const storedBy = (record: AllStreamRecordedEvent | undefined) =>
  record === undefined ? undefined : toStoredEvent(withoutWhatWeLeave({ ...record, stream: record.streamId }))

const withoutWhatWeLeave = ({
  id,
  stream,
  type,
  revision,
  position,
  created,
  data,
  metadata,
}: AllStreamRecordedEvent & { readonly stream: string }) => ({
  id,
  stream,
  type,
  revision,
  position,
  created,
  data,
  metadata,
})

/** What the client itself makes of it. */
const asTheClient = (message: persistent.ReadResp) => {
  const event = message.getEvent() ?? expect.fail('no event')
  const {
    event: record,
    link,
    retryCount,
  } = convertPersistentSubscriptionGrpcEvent<PersistentSubscriptionToAllResolvedEvent>(event)
  return {
    about: record === undefined ? undefined : { stream: record.streamId, type: record.type },
    event: storedBy(record),
    ackId: link?.id ?? record?.id,
    retryCount,
  }
}

describe('a message of a subscription to a group', () => {
  const cases: readonly (readonly [what: string, message: persistent.ReadResp])[] = [
    [
      'an event',
      delivered(new ReadEvent().setEvent(recorded()).setCommitPosition('9000').setNoRetryCount(new shared.Empty())),
    ],
    ['an event that comes again', delivered(new ReadEvent().setEvent(recorded()).setRetryCount(300))],
    [
      'an event by a link',
      delivered(
        new ReadEvent()
          .setEvent(recorded())
          .setLink(recorded({ id: asText(linkId), stream: '$ce-order', metadata: { type: '$>' } })),
      ),
    ],
    [
      'a link whose target is gone',
      delivered(new ReadEvent().setLink(recorded({ id: asText(linkId), metadata: { type: '$>' } }))),
    ],
    ['an id as two numbers', delivered(new ReadEvent().setEvent(recorded({ id: asNumbers(eventId) })))],
    [
      "a link's id as two numbers",
      delivered(new ReadEvent().setEvent(recorded()).setLink(recorded({ id: asNumbers(linkId) }))),
    ],
    [
      'names beyond ASCII',
      delivered(new ReadEvent().setEvent(recorded({ stream: 'bestellung-ä€😀', metadata: { type: 'Größe' } }))),
    ],
    [
      'a type among other metadata of its length',
      delivered(new ReadEvent().setEvent(recorded({ metadata: { kind: 'x', type: 'Happened', typo: 'y' } }))),
    ],
    [
      'more than one byte can count',
      delivered(new ReadEvent().setEvent(recorded({ data: JSON.stringify({ text: 'x'.repeat(70_000) }) }))),
    ],
    ['data that are no JSON', delivered(new ReadEvent().setEvent(recorded({ data: '{' })))],
    [
      'data of another kind',
      delivered(
        new ReadEvent().setEvent(
          recorded({ metadata: { type: 'Happened', 'content-type': 'application/octet-stream' } }),
        ),
      ),
    ],
    ['metadata that are no JSON', delivered(new ReadEvent().setEvent(recorded().setCustomMetadata(Buffer.from('{'))))],
    ['no metadata', delivered(new ReadEvent().setEvent(recorded().setCustomMetadata('')))],
    [
      'a property that any object has',
      delivered(
        new ReadEvent().setEvent(recorded({ metadata: { type: 'Happened', __proto__x: 'y', constructor: 'z' } })),
      ),
    ],
    [
      'no time',
      delivered(new ReadEvent().setEvent(recorded({ metadata: { type: 'Happened', created: 'yesterday' } }))),
    ],
    [
      'a time before 1970',
      delivered(new ReadEvent().setEvent(recorded({ metadata: { type: 'Happened', created: '-19999' } }))),
    ],
    ['no type', delivered(new ReadEvent().setEvent(recorded({ metadata: {} })))],
  ]
  for (const [what, message] of cases) {
    it(`is what the client makes of it: ${what}`, () => {
      const read = toDeliveredMessage(bytesOf(message))
      if (read.kind !== 'delivery') expect.fail(read.kind)
      const { about, event, ackId, retryCount } = read.delivery
      expect({ about, event, ackId, retryCount }).to.deep.equal(asTheClient(message))
    })
  }

  for (const [what, message] of cases) {
    it(`is read as the client reads it: ${what}`, () => {
      const read = toReadMessage(Buffer.from(asRead(message).serializeBinary()))
      if (read.kind !== 'event') expect.fail(read.kind)
      const byClient: Partial<AllStreamResolvedEvent> = convertGrpcEvent(
        asRead(message).getEvent() ?? expect.fail('no event'),
      )
      const ours = [read.event, read.link].map((record) => (record === undefined ? undefined : toStoredEvent(record)))
      expect(ours).to.deep.equal([byClient.event, byClient.link].map(storedBy))
    })
  }

  it('can be put aside if its event has no id, by that of the link to it', () => {
    const linked = new ReadEvent()
      .setEvent(recorded().setId(undefined))
      .setLink(recorded({ id: asText(linkId), stream: 'link' }))
    const message = toDeliveredMessage(bytesOf(delivered(linked)))
    if (message.kind !== 'delivery') expect.fail(message.kind)
    expect([message.delivery.ackId, message.delivery.event]).to.deep.equal([linkId, undefined])
    expect(message.delivery.unusable?.reason).to.include("has the id ''")
  })

  it('is none if it confirms the subscription', () => {
    const message = new persistent.ReadResp().setSubscriptionConfirmation(
      new persistent.ReadResp.SubscriptionConfirmation().setSubscriptionId('s'),
    )
    expect(toDeliveredMessage(bytesOf(message))).to.deep.equal({ kind: 'confirmation' })
  })
})

import { expect } from 'chai'
import type { StoredRecord } from '../log/types.ts'
import { emittedRecord } from './emitted.ts'
import { sourceOf } from './source.ts'
import { STANDARD_PROJECTIONS } from './standard-projections.ts'

const recordOf = (
  record: Partial<Omit<StoredRecord, 'data' | 'metadata'>> & { data?: string; metadata?: string },
): StoredRecord => ({
  position: 8829n,
  stream: 'cat-1',
  revision: 1n,
  id: 'c0ffee00-0000-4000-8000-000000000001',
  type: 'Happened',
  isJson: true,
  created: 17_000_000_000_001_230n,
  ...record,
  data: Buffer.from(record.data ?? '{}'),
  metadata: Buffer.from(record.metadata ?? ''),
})

/** What a projection writes: stream, type, data, metadata. */
const emits = (name: string, record: StoredRecord): readonly string[] | undefined => {
  const projection = STANDARD_PROJECTIONS.find((known) => known.name === name)
  const source = sourceOf(record)
  const emitted = projection?.emits(source)
  if (projection === undefined || emitted === undefined) return undefined
  const { type, data, metadata } = emittedRecord(projection.id, source, emitted)
  return [emitted.stream, type, data.toString(), metadata.toString()]
}

const softDelete = { stream: '$$cat-1', revision: 0n, type: '$metadata', data: '{"$tb":9223372036854775807}' }
const tombstone = { revision: 9_223_372_036_854_775_807n, type: '$streamDeleted', isJson: false, data: '' }
const link = { stream: 'cat-2', revision: 4n, type: '$>', isJson: false, data: '3@other' }
const causedBy = '"$causedBy":"c0ffee00-0000-4000-8000-000000000001"'

describe('standard projections (5)', () => {
  it('$by_category links to the event, its metadata in the order of the real server', () => {
    expect(emits('$by_category', recordOf({ metadata: '{"$correlationId":"cc"}' }))).to.deep.equal([
      '$ce-cat',
      '$>',
      '1@cat-1',
      `{"$v":"3:-1:1:4","$c":8829,"$p":8829,"$o":"cat-1",${causedBy},"$correlationId":"cc"}`,
    ])
  })

  it('$by_category takes the part before the first dash; system streams and names without one have none', () => {
    const categories = ['a-b-c', 'plain', '-x', '$sys-1', '$$a-1', 'ü-1'].map(
      (stream) => emits('$by_category', recordOf({ stream }))?.[0],
    )
    expect(categories).to.deep.equal(['$ce-a', undefined, undefined, undefined, undefined, '$ce-ü'])
  })

  it('$by_category copies the target of a link', () => {
    expect(emits('$by_category', recordOf(link))?.slice(0, 3)).to.deep.equal(['$ce-cat', '$>', '3@other'])
  })

  it('$by_category notes deletions, soft and for ever', () => {
    const metadata = `{"$v":"3:-1:1:4","$c":8829,"$p":8829,"$o":"cat-1","$deleted":-1,${causedBy}}`
    expect(emits('$by_category', recordOf(softDelete))).to.deep.equal(['$ce-cat', '$>', '0@$$cat-1', metadata])
    expect(emits('$by_category', recordOf(tombstone))).to.deep.equal([
      '$ce-cat',
      '$>',
      '9223372036854775807@cat-1',
      metadata,
    ])
    expect(emits('$by_category', recordOf({ ...softDelete, data: '{"$tb":5}' }))).to.equal(undefined)
  })

  it('$by_event_type links to every event but links, system events included', () => {
    expect(emits('$by_event_type', recordOf({}))).to.deep.equal([
      '$et-Happened',
      '$>',
      '1@cat-1',
      `{"$v":"4:-1:1:4","$c":8829,"$p":8829,${causedBy}}`,
    ])
    expect(emits('$by_event_type', recordOf({ ...softDelete, data: '{"$maxCount":1}' }))?.slice(0, 3)).to.deep.equal([
      '$et-$metadata',
      '$>',
      '0@$$cat-1',
    ])
    expect(emits('$by_event_type', recordOf(link))).to.equal(undefined)
  })

  it('$by_event_type has deletions under a name of their own', () => {
    expect([softDelete, tombstone].map((record) => emits('$by_event_type', recordOf(record)))).to.deep.equal([
      ['$et-$deleted', '$>', '0@cat-1', `{"$v":"4:-1:1:4","$c":8829,"$p":8829,"$deleted":-1,${causedBy}}`],
      [
        '$et-$deleted',
        '$>',
        '9223372036854775807@cat-1',
        `{"$v":"4:-1:1:4","$c":8829,"$p":8829,"$deleted":-1,${causedBy}}`,
      ],
    ])
  })

  it('$by_correlation_id links to what names its correlation, with the time', () => {
    expect(emits('$by_correlation_id', recordOf({ metadata: '{"$correlationId":"cc"}' }))).to.deep.equal([
      '$bc-cc',
      '$>',
      '1@cat-1',
      `{"$v":"5:-1:1:4","$c":8829,"$p":8829,"$eventTimestamp":"2023-11-14T22:13:20.000123Z",${causedBy},"$correlationId":"cc"}`,
    ])
    const none = [
      '',
      'no json "$correlationId"',
      '{"nested":{"$correlationId":"cc"}}',
      '{"$correlationId":null}',
      '[]',
      '{}',
    ]
    expect(none.map((metadata) => emits('$by_correlation_id', recordOf({ metadata })))).to.deep.equal(
      none.map(() => undefined),
    )
    expect(emits('$by_correlation_id', recordOf({ ...link, metadata: '{"$correlationId":"cc"}' }))).to.equal(undefined)
    expect(
      emits(
        '$by_correlation_id',
        recordOf({ stream: '$category-cat', type: '$@', metadata: '{"$correlationId":"cc"}' }),
      ),
    ).to.equal(undefined)
  })

  it('$streams links to the first event of every stream', () => {
    const firsts = ['cat-1', '$$cat-1', '$ce-cat'].map((stream) =>
      emits('$streams', recordOf({ stream, revision: 0n }))?.slice(0, 3),
    )
    expect(firsts).to.deep.equal([
      ['$streams', '$>', '0@cat-1'],
      ['$streams', '$>', '0@$$cat-1'],
      ['$streams', '$>', '0@$ce-cat'],
    ])
    expect(emits('$streams', recordOf({ revision: 1n }))).to.equal(undefined)
  })

  it('$stream_by_category writes the name of every stream', () => {
    expect(emits('$stream_by_category', recordOf({ revision: 0n }))?.slice(0, 3)).to.deep.equal([
      '$category-cat',
      '$@',
      'cat-1',
    ])
    expect(emits('$stream_by_category', recordOf({ revision: 0n, stream: '$$cat-1' }))).to.equal(undefined)
    expect(emits('$stream_by_category', recordOf({ revision: 2n }))).to.equal(undefined)
  })
})

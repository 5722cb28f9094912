import { expect } from 'chai'
import { z } from 'zod'
import type { EventDefinitions } from '../../domain/shared/event-definition.ts'
import { createCodec, UndecodableEvent } from './codec.ts'
import type { EventMetadata } from './metadata.ts'
import type { StoredEvent } from './port.ts'

const definitions = {
  Measured: {
    version: 3,
    schema: z.strictObject({ metres: z.number(), by: z.string() }),
    upcasts: { 1: ({ feet }) => ({ metres: Number(feet) * 0.3 }), 2: ({ metres }) => ({ metres, by: 'nobody' }) },
  },
  Listed: {
    version: 2,
    schema: z.strictObject({ count: z.int() }),
    upcasts: { 1: ({ items }) => ({ count: (items as unknown[]).length }) },
  },
  // Its way from version 1 was never written.
  Lost: { version: 2, schema: z.strictObject({ lines: z.array(z.strictObject({ quantity: z.int() })) }) },
} as const satisfies EventDefinitions

const codec = createCodec(definitions)
const id = '0b5d2c7e-6a41-4c39-9b0f-3f1f6f1f0a01'
const metadata: Omit<EventMetadata, 'schemaVersion'> = {
  $correlationId: 'c',
  $causationId: 'e',
  commandId: 'k',
  actor: { type: 'system', id: 'test' },
  occurredAt: '2026-01-05T10:00:00.000Z',
}
const stored = (type: string, data: unknown, schemaVersion: unknown): StoredEvent => ({
  id,
  stream: 'thing-1',
  type,
  revision: 0n,
  position: { commit: 1n, prepare: 1n },
  created: new Date(0),
  data,
  metadata: { ...metadata, schemaVersion },
})
const poison = (event: StoredEvent) => {
  try {
    codec.decode(event)
  } catch (error) {
    if (error instanceof UndecodableEvent) return [error.code, error.message]
    throw error
  }
  return 'decoded'
}

describe('the codec', () => {
  it('writes the type beside the data, and the version of its schema', () => {
    expect(codec.encode({ type: 'Measured', metres: 2, by: 'ann' }, id, metadata)).to.deep.equal({
      id,
      type: 'Measured',
      data: { metres: 2, by: 'ann' },
      metadata: { ...metadata, schemaVersion: 3 },
    })
  })

  it('reads what it has written', () => {
    const { data, metadata: written } = codec.encode({ type: 'Measured', metres: 2, by: 'ann' }, id, metadata)
    expect(codec.decode({ ...stored('Measured', data, 3), metadata: written })?.event).to.deep.equal({
      type: 'Measured',
      metres: 2,
      by: 'ann',
    })
  })

  it('writes nothing that does not fit its schema, has no registered type, no metadata, or the nil id', () => {
    // What the types forbid and a caller may do all the same.
    const broken = { type: 'Measured', metres: 'two', by: 'ann' } as unknown as {
      type: 'Measured'
      metres: number
      by: string
    }
    expect(() => codec.encode(broken, id, metadata)).to.throw(z.ZodError)
    expect(() => codec.encode({ ...broken, metres: 2, secret: 'x' } as typeof broken, id, metadata)).to.throw(
      z.ZodError,
    )
    expect(() => codec.encode({ ...broken, metres: 2, type: 'toString' as 'Measured' }, id, metadata)).to.throw(
      'toString is not registered',
    )
    expect(() => codec.encode({ ...broken, metres: 2, type: '' as 'Measured' }, id, metadata)).to.throw(
      '(empty) is not registered',
    )
    expect(() => codec.encode({ ...broken, metres: 2 }, '00000000-0000-0000-0000-000000000000', metadata)).to.throw(
      'nil',
    )
    expect(() => codec.encode({ ...broken, metres: 2 }, id, { ...metadata, occurredAt: 'noon' })).to.throw(z.ZodError)
  })

  it('reads older versions through all upcasts between', () => {
    expect(codec.decode(stored('Measured', { feet: 10 }, 1))?.event).to.deep.equal({
      type: 'Measured',
      metres: 3,
      by: 'nobody',
    })
    expect(codec.decode(stored('Measured', { metres: 4 }, 2))?.event).to.deep.equal({
      type: 'Measured',
      metres: 4,
      by: 'nobody',
    })
  })

  it('leaves alone a type that is not its own', () => {
    expect([
      codec.decode(stored('Praised', {}, 1)),
      codec.knows('Praised'),
      codec.knows('constructor'),
      codec.knows('Lost'),
    ]).to.deep.equal([undefined, false, false, true])
  })

  describe('with an event that somebody else has written under one of its types', () => {
    const bytes = new Uint8Array([0x7b, 0xff])
    const cases: readonly (readonly [what: string, event: StoredEvent, code: string])[] = [
      ['bytes for data', stored('Measured', bytes, 3), 'schema_mismatch'],
      ['bytes for data, of an older version', stored('Listed', bytes, 1), 'schema_mismatch'],
      ['no data', stored('Measured', null, 3), 'schema_mismatch'],
      ['no data, of an older version', stored('Measured', null, 1), 'schema_mismatch'],
      ['a list for data', stored('Measured', [], 3), 'schema_mismatch'],
      ['a number for data', stored('Measured', 7, 3), 'schema_mismatch'],
      ['data of its own making', stored('Measured', { metres: 1, by: 'x', theirs: true }, 3), 'schema_mismatch'],
      [
        'an integer that JSON has spoiled',
        stored('Listed', JSON.parse('{"count":9223372036854775807}'), 2),
        'schema_mismatch',
      ],
      ['an integer without end', stored('Listed', JSON.parse('{"count":1e999}'), 2), 'schema_mismatch'],
      ['no metadata', { ...stored('Measured', {}, 3), metadata: undefined }, 'metadata_mismatch'],
      ['null for metadata', { ...stored('Measured', {}, 3), metadata: null }, 'metadata_mismatch'],
      ['bytes for metadata', { ...stored('Measured', {}, 3), metadata: bytes }, 'metadata_mismatch'],
      [
        'metadata of its own making',
        { ...stored('Measured', {}, 3), metadata: { $correlationId: 'c' } },
        'metadata_mismatch',
      ],
      ['version 0', stored('Measured', {}, 0), 'metadata_mismatch'],
      ['version −1', stored('Measured', {}, -1), 'metadata_mismatch'],
      ['half a version', stored('Measured', {}, 1.5), 'metadata_mismatch'],
      ['a version above 2^53', stored('Measured', {}, 2 ** 53), 'metadata_mismatch'],
      ['a version that will never be', stored('Measured', {}, 2 ** 53 - 1), 'unknown_version'],
    ]
    for (const [what, event, code] of cases) {
      it(`calls it poison: ${what}`, () => {
        expect(poison(event)[0]).to.equal(code)
      })
    }
  })

  it('calls poison what it cannot understand, in one line and without a value of it', () => {
    expect(poison(stored('Measured', { metres: 4, by: 'x' }, 4))).to.deep.equal([
      'unknown_version',
      'version 4 of Measured is not known here',
    ])
    expect(poison(stored('Lost', { lines: [] }, 1))).to.deep.equal([
      'unknown_version',
      'version 1 of Lost has no upcast',
    ])
    expect(poison(stored('Lost', { lines: [{ quantity: 'secret' }] }, 2))).to.deep.equal([
      'schema_mismatch',
      'Lost: lines.0.quantity: Invalid input: expected number, received string',
    ])
    expect(poison(stored('Lost', 'text', 2))).to.deep.equal([
      'schema_mismatch',
      'Lost: Invalid input: expected object, received string',
    ])
    expect(poison(stored('Measured', 'text', 1))).to.deep.equal([
      'schema_mismatch',
      'Measured: Invalid input: expected object, received string',
    ])
    expect(poison(stored('Listed', {}, 1))).to.deep.equal([
      'schema_mismatch',
      'version 1 of Listed has not what its upcast needs: TypeError',
    ])
    expect(poison(stored('Lost', {}, 'two'))).to.deep.equal([
      'metadata_mismatch',
      'Lost: schemaVersion: Invalid input: expected number, received string',
    ])
  })
})

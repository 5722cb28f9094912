import { expect } from 'chai'
import fc from 'fast-check'
import pg from 'pg'
import { testDatabase, type TestDatabase } from '../../test/support/postgres.ts'
import { asRead } from './as-read.ts'
import { storableJson } from './storable.ts'
import { createStatements, selectByKeys, upsert, type AnyTable, type RowData } from './table.ts'

const types = ['text', 'boolean', 'bigint', 'timestamptz', 'jsonb', 'text[]'] as const
const table: AnyTable = {
  name: 'all_types',
  key: 'key',
  columns: {
    key: 'text',
    ...Object.fromEntries(
      types.flatMap((type) => [
        [type, type],
        [`${type} or null`, `${type} null` as const],
      ]),
    ),
  },
}
// The names of columns are made of those of properties; brackets and blanks are names as good as any within quotes.

const seed = 4711

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('', 'NULL', '{}', '"', '\\', 'a\0b', '\ud800', 'x\udc00', '{"a":1}'),
)
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(-0, 0.1, 1e21, 1e-7, 5e-324, Number.MAX_VALUE, Number.NaN, Number.POSITIVE_INFINITY),
)
/** Also with keys that objects are touchy about, long and short ones, and such as begin alike. */
const key = fc.oneof(
  text,
  fc.constantFrom('__proto__', 'constructor', '10', '9', '-1', 'aa', 'b', 'ä', 'zz', '😀', 'toString'),
)
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(key, tie('value'), { maxKeys: 6 }),
})).value
const certainTime = fc
  .date({ min: new Date('1000-01-01T00:00:00.000Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  .chain((date) =>
    fc.constantFrom(
      date.toISOString(),
      date.toISOString().replace(/\.\d+Z$/, 'Z'),
      date.toISOString().replace(/\d\dZ$/, 'Z'),
    ),
  )
const anyTime = fc.oneof(
  certainTime,
  fc.constantFrom(
    '2026-03-01T12:00:00.123456Z',
    '2026-03-01T12:00:00.9999999Z',
    '2026-03-01T13:00:00.000+01:00',
    '2026-03-01 12:00:00Z',
    '2026-03-01T24:00:00Z',
    '2026-03-31T23:59:60Z',
    '0999-12-31T00:00:00.000Z',
    '2026-02-29T00:00:00Z',
    '2024-02-29T00:00:00Z',
    'infinity',
    'epoch',
    '2026-03-01',
  ),
)

const certain = {
  text,
  boolean: fc.boolean(),
  bigint: fc.maxSafeInteger(),
  timestamptz: certainTime,
  // What JSON has no word for is null; as a whole, that is a column that is null.
  jsonb: json.filter(
    (value) => value !== undefined && value !== null && (typeof value !== 'number' || Number.isFinite(value)),
  ),
  'text[]': fc.array(text, { maxLength: 4 }),
}
const anything = {
  ...certain,
  bigint: fc.oneof(fc.maxSafeInteger(), fc.constantFrom(2 ** 53, -(2 ** 60), -0)),
  timestamptz: anyTime,
  'text[]': fc.array(fc.oneof(text, fc.constant(null)), { maxLength: 4 }),
}

const rowOf = (columns: { readonly [Type in (typeof types)[number]]: fc.Arbitrary<unknown> }) =>
  fc.record(
    Object.fromEntries(
      types.flatMap((type) => [
        [type, columns[type]],
        [`${type} or null`, fc.option(columns[type], { nil: null })],
      ]),
    ),
  )

describe('a row that is remembered', function () {
  this.timeout(120_000)
  let database: TestDatabase
  let client: pg.Client
  before(async () => {
    database = await testDatabase()
    client = new pg.Client({ connectionString: database.url })
    await client.connect()
    for (const statement of createStatements(table, table.name, 1)) await client.query(statement)
  })
  after(async () => {
    await client.end()
    await database.drop()
  })

  const remembered = asRead(table)

  /** The rows as they are read after they were written; undefined for those that PostgreSQL does not take. */
  const throughTheDatabase = async (rows: readonly RowData[]): Promise<readonly (RowData | undefined)[]> => {
    await client.query('delete from all_types')
    const keys: string[] = []
    for (const [n, row] of rows.entries()) {
      await client.query(upsert(table, table.name), [storableJson([{ ...row, key: `row ${n}` }])]).then(
        () => keys.push(`row ${n}`),
        (error: unknown) => {
          if (!/^22/.test((error as { code?: string }).code ?? '')) throw error
        },
      )
    }
    const { rows: found } = await client.query<RowData>(selectByKeys(table, table.name), [keys])
    return rows.map((_, n) => found.find((row) => row['key'] === `row ${n}`))
  }

  const asText = (row: RowData | undefined): string => JSON.stringify(row)
  const rememberedAt = (row: RowData, n: number) => remembered(storableJson({ ...row, key: `row ${n}` }))

  it('is the row that a read would give, to the order of the keys in its JSON', () =>
    fc.assert(
      fc.asyncProperty(fc.array(rowOf(certain), { minLength: 1, maxLength: 10 }), async (rows) => {
        const read = await throughTheDatabase(rows)
        rows.forEach((row, n) => {
          expect(rememberedAt(row, n)).to.deep.equal(read[n])
          expect(asText(rememberedAt(row, n))).to.equal(asText(read[n]))
        })
      }),
      { seed, numRuns: 100 },
    ))

  it('is read anew where that is not certain', async () => {
    let uncertain = 0
    await fc.assert(
      fc.asyncProperty(fc.array(rowOf(anything), { minLength: 1, maxLength: 10 }), async (rows) => {
        const read = await throughTheDatabase(rows)
        rows.forEach((row, n) => {
          const known = rememberedAt(row, n)
          if (known === undefined) uncertain += 1
          else if (read[n] !== undefined) expect(asText(known)).to.equal(asText(read[n]))
        })
      }),
      { seed, numRuns: 100 },
    )
    expect(uncertain).to.be.greaterThan(0)
  })
})

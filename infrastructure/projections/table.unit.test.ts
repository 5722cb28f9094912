import { expect } from 'chai'
import { countersTable } from '../../test/projections/counters.ts'
import { storableJson } from './storable.ts'
import { createStatements, deleteByKeys, selectByKeys, selectList, upsert, type AnyTable } from './table.ts'

describe('the statements of a read table', () => {
  const table = countersTable('counts')

  it('make it under the name of the moment, with names of constraints of its generation', () => {
    expect(createStatements(table, 'counts__rebuild', 3)).to.deep.equal([
      'create table "counts__rebuild" ("counter" text not null, "sum" bigint not null, "history" jsonb not null, "note" text null, ' +
        '"last_at" timestamptz not null, constraint "counts_g3_pkey" primary key ("counter")) with (fillfactor = 80)',
      'create index "counts_g3_note" on "counts__rebuild" using btree ("note")',
    ])
  })

  it('make an index of some of its rows', () => {
    const few: AnyTable = {
      name: 'few',
      key: 'id',
      columns: { id: 'text', tags: 'text[]', day: 'text null' },
      indexes: [
        { columns: ['id'], whereNotEmpty: 'tags' },
        { columns: ['id'], whereNotNull: 'day' },
      ],
    }
    expect(createStatements(few, 'few', 1).slice(1)).to.deep.equal([
      'create index "few_g1_id_where_tags" on "few" using btree ("id") where cardinality("tags") > 0',
      'create index "few_g1_id_where_day" on "few" using btree ("id") where "day" is not null',
    ])
  })

  it('read rows in their own types, by name', () => {
    expect(selectList(table, 'c')).to.equal(
      'c."counter" as "counter", c."sum"::float8 as "sum", c."history" as "history", c."note" as "note", ' +
        `to_char(c."last_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "lastAt"`,
    )
    expect(selectByKeys(table, 'counts')).to.equal(
      `select found.* from unnest($1::text[]) as wanted(key), lateral (select ${selectList(table)} from "counts" where "counter" = wanted.key offset 0) as found`,
    )
  })

  it('write whole rows, many at once', () => {
    expect(upsert(table, 'counts')).to.equal(
      'insert into "counts" ("counter", "sum", "history", "note", "last_at") select "counter", "sum", "history", "note", "lastAt" ' +
        'from jsonb_to_recordset($1::jsonb) as row("counter" text, "sum" bigint, "history" jsonb, "note" text, "lastAt" timestamptz) ' +
        'on conflict ("counter") do update set "sum" = excluded."sum", "history" = excluded."history", "note" = excluded."note", "last_at" = excluded."last_at"',
    )
    expect(deleteByKeys(table, 'counts')).to.equal('delete from "counts" where "counter" = any($1::text[])')
  })
})

describe('JSON for PostgreSQL', () => {
  it('is as it is, where it can be stored', () => {
    const row = { text: 'a "quoted" \\u0000 written out, 😀', list: [1, null, true], when: new Date(0) }
    expect(storableJson(row)).to.equal(JSON.stringify(row))
  })

  it('has U+FFFD for NUL and for half a surrogate pair, in keys too', () => {
    expect(JSON.parse(storableJson({ 'k\0': ['\ud800', { deep: 'x\0\udfffy' }], ok: '😀' }))).to.deep.equal({
      'k\ufffd': ['\ufffd', { deep: 'x\ufffd\ufffdy' }],
      ok: '😀',
    })
  })
})

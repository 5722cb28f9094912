import { expect } from 'chai'
import { salesTable, type SalesRow } from '../../projections/sales/table.ts'
import { callerOf, tokenOf, type Caller } from '../../test/specifications/api.ts'
import { at, readApiOn, readTables, type ReadTables } from '../../test/specifications/read-api.ts'
import { sumsOf } from '../../test/specifications/sales-rows.ts'

const path = '/v1/reports/sales'
const csv = { Accept: 'text/csv' }

describe('the report of sales', () => {
  let database: ReadTables
  let operator: Caller
  const order: SalesRow = { ...sumsOf('2026-01-01', 'EUR', {}), key: 'an order', day: null, sku: null }

  before(async function () {
    this.timeout(60_000)
    database = await readTables()
    await database.create()
    // Ten thousand rows take their time on a machine that has other things to do.
    operator = callerOf(readApiOn(database.pool, 30_000), tokenOf('olga', ['operator']))
    await database.write(salesTable, [
      order,
      sumsOf('2025-12-31', 'EUR', { placed: 7, captured: '7' }),
      sumsOf('2026-01-01', 'EUR', { placed: 2, confirmed: 1, captured: '9007199254740993', unitsSold: 5 }),
      sumsOf('2026-01-01', 'EUR', { unitsSold: 3 }, 'MUG'),
      sumsOf('2026-01-01', 'EUR', { unitsSold: 2 }, '=TEA'),
      sumsOf('2026-01-31', 'EUR', { placed: 1, rejected: 1, captured: '9007199254740993' }),
      sumsOf('2026-02-01', 'EUR', { cancelled: 1, refunded: '500', chargedBack: '20', unitsGivenBack: 2 }),
      sumsOf('2026-02-01', 'EUR', { unitsGivenBack: 2 }, 'MUG'),
      sumsOf('2026-01-02', 'JPY', { placed: 1, captured: '300' }),
    ])
    await database.moveTo(100)
  })
  after(() => database.drop())

  const nothing = {
    placed: 0,
    confirmed: 0,
    rejected: 0,
    cancelled: 0,
    captured: '0',
    refunded: '0',
    chargedBack: '0',
    net: '0',
    unitsSold: 0,
    unitsGivenBack: 0,
  }
  const january1 = {
    ...nothing,
    placed: 2,
    confirmed: 1,
    captured: '9007199254740993',
    net: '9007199254740993',
    unitsSold: 5,
  }
  const january31 = { ...nothing, placed: 1, rejected: 1, captured: '9007199254740993', net: '9007199254740993' }
  const february = { ...nothing, cancelled: 1, refunded: '500', chargedBack: '20', net: '-520', unitsGivenBack: 2 }
  const january = {
    ...january31,
    placed: 3,
    confirmed: 1,
    captured: '18014398509481986',
    net: '18014398509481986',
    unitsSold: 5,
  }
  const yen = { ...nothing, placed: 1, captured: '300', net: '300' }
  const period = { from: '2026-01-01', to: '2026-02-28', timeZone: 'UTC' }
  const asked = `${path}?from=${period.from}&to=${period.to}`

  it('is for operators alone', async () => {
    const app = readApiOn(database.pool)
    await callerOf(app).get(asked).isRefused(401, 'unauthorized')
    await callerOf(app, tokenOf('alice', ['customer']))
      .get(asked)
      .isRefused(403, 'forbidden')
    await callerOf(app, tokenOf('anna', ['admin']))
      .get(asked)
      .answers(200)
  })

  it('has each currency by itself, day by day and in all, exactly', async () => {
    const { headers } = await operator.get(asked).answers(200, {
      ...period,
      groupBy: 'day',
      currencies: [
        {
          currency: 'EUR',
          total: {
            ...january,
            cancelled: 1,
            refunded: '500',
            chargedBack: '20',
            net: '18014398509481466',
            unitsGivenBack: 2,
          },
          rows: [
            { period: '2026-01-01', ...january1 },
            { period: '2026-01-31', ...january31 },
            { period: '2026-02-01', ...february },
          ],
        },
        { currency: 'JPY', total: yen, rows: [{ period: '2026-01-02', ...yen }] },
      ],
    })
    expect(headers['event-position']).to.equal(at(100))
  })

  it('has months, and of them the days that are asked for', async () => {
    const rows = async (from: string) => {
      const { body } = await operator.get(`${path}?from=${from}&to=2026-02-28&groupBy=month`).answers(200)
      return (body as { currencies: { rows: unknown[] }[] }).currencies[0]?.rows
    }
    const second = { period: '2026-02', ...february }
    expect(await rows('2026-01-01')).to.deep.equal([{ period: '2026-01', ...january }, second])
    expect(await rows('2026-01-02')).to.deep.equal([{ period: '2026-01', ...january31 }, second])
  })

  it('has units by SKU', async () => {
    const { body } = await operator.get(`${asked}&bySku=true&groupBy=month`).answers(200)
    type Units = { skus?: unknown }
    const [eur, jpy] = (body as { currencies: { total: Units; rows: Units[] }[] }).currencies
    const tea = { sku: '=TEA', unitsSold: 2, unitsGivenBack: 0 }
    const mug = (unitsSold: number, unitsGivenBack: number) => ({ sku: 'MUG', unitsSold, unitsGivenBack })
    expect(eur?.rows.map(({ skus }) => skus)).to.deep.equal([[tea, mug(3, 0)], [mug(0, 2)]])
    expect(eur?.total.skus).to.deep.equal([tea, mug(3, 2)])
    expect(jpy?.total.skus).to.deep.equal([])
  })

  it('is CSV for whoever asks for that', async () => {
    const { text, headers } = await operator.get(`${asked}&groupBy=month`, csv).answers(200)
    expect(text).to.equal(
      [
        'period,currency,placed,confirmed,rejected,cancelled,captured,refunded,chargedBack,net,unitsSold,unitsGivenBack',
        '2026-01,EUR,3,1,1,0,18014398509481986,0,0,18014398509481986,5,0',
        '2026-02,EUR,0,0,0,1,0,500,20,-520,0,2',
        '2026-01,JPY,1,0,0,0,300,0,0,300,0,0',
        '',
      ].join('\r\n'),
    )
    expect(headers['content-type']).to.equal('text/csv; charset=utf-8')
    expect(headers['content-disposition']).to.equal('attachment; filename="sales-2026-01-01-2026-02-28.csv"')
    expect(headers['report-stale']).to.equal(undefined)
  })

  it('is no formula in a spreadsheet, whatever a SKU is called', async () => {
    await database.write(
      salesTable,
      ['+1', '-1', '@SUM(A1)', '\tx', 'A,"B"'].map((sku) => sumsOf('2026-03-01', 'EUR', { unitsSold: 1 }, sku)),
    )
    const { text } = await operator.get(`${path}?from=2026-03-01&to=2026-03-01&bySku=true`, csv).answers(200)
    expect(
      text
        .split('\r\n')
        .map((line) => line.replace('2026-03-01,EUR,', ''))
        .sort(),
    ).to.deep.equal([
      '',
      '"A,""B""",1,0',
      "'\tx,1,0",
      "'+1,1,0",
      "'-1,1,0",
      "'@SUM(A1),1,0",
      'period,currency,sku,unitsSold,unitsGivenBack',
    ])
  })

  it('is empty where nothing happened', async () => {
    await operator
      .get(`${path}?from=2024-02-29&to=2024-02-29`)
      .answers(200, { from: '2024-02-29', to: '2024-02-29', timeZone: 'UTC', groupBy: 'day', currencies: [] })
    const { text } = await operator.get(`${path}?from=2024-02-29&to=2024-02-29`, csv).answers(200)
    expect(text.split('\r\n')).to.have.length(2)
  })

  it('is bounded: so many days, fewer by SKU', async () => {
    const refused = (query: string, ...fields: readonly string[]) =>
      operator.get(`${path}?${query}`).isRefused(400, 'invalid_request', fields)
    await refused('from=2026-01-01', 'to')
    await refused('from=2026-02-30&to=2026-03-01', 'from')
    await refused('from=2026-01-02&to=2026-01-01', 'to')
    await operator.get(`${path}?from=2024-01-01&to=2024-12-31`).answers(200)
    await refused('from=2024-01-01&to=2025-01-01', 'to')
    await operator.get(`${path}?from=2026-01-01&to=2026-04-03&bySku=true`).answers(200)
    await refused('from=2026-01-01&to=2026-04-04&bySku=true', 'to')
    await refused('from=2026-01-01&to=2026-01-01&groupBy=year', 'groupBy')
  })

  it('is bounded: so many rows, and not cut off', async () => {
    const skus = (count: number) =>
      Array.from({ length: count }, (_, n) => sumsOf('2023-01-01', 'EUR', { unitsSold: 1 }, `S${n}`))
    const day = `${path}?from=2023-01-01&to=2023-01-01`
    await database.write(salesTable, skus(10_000))
    await operator.get(`${day}&bySku=true`).answers(200)
    await database.write(salesTable, [sumsOf('2023-01-01', 'EUR', { unitsSold: 10_000 })])
    await operator.get(`${day}&bySku=true`).isRefused(400, 'report_too_large')
    await operator.get(`${day}&bySku=true`, csv).isRefused(400, 'report_too_large')
    await operator.get(day).answers(200)
  })

  it('waits for a position, and says that it has not come', () =>
    operator.get(`${asked}&minPosition=${at(200)}`).isRefused(503, 'read_model_behind'))

  it('says that something is not in it: an order was set aside, also where nothing else happened; or it stands still', async () => {
    const { pool } = database
    const isStale = async (query: string) => {
      const { body } = await operator.get(`${path}?${query}`).answers(200)
      const { headers } = await operator.get(`${path}?${query}`, csv).answers(200)
      const { stale } = body as { stale?: true }
      expect(headers['report-stale']).to.equal(stale === undefined ? undefined : 'true')
      return stale
    }
    const [some, none] = ['from=2026-01-01&to=2026-01-01', 'from=2020-01-01&to=2020-01-01']
    expect(await isStale(none)).to.equal(undefined)
    await pool.query(
      `insert into projection_failures (name, key, position, stream, event_id, event_type, error)
       values ('sales', 'an order', $1, 'order-1', gen_random_uuid(), 'OrderPlaced', 'it does not fit')`,
      [at(50)],
    )
    expect([await isStale(some), await isStale(none)]).to.deep.equal([true, true])
    await pool.query('delete from projection_failures')
    await pool.query("update projection_checkpoints set stands_still = 'it is built anew' where name = 'sales'")
    expect(await isStale(some)).to.equal(true)
  })
})

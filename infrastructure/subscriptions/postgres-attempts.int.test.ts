import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { migratedDatabase, type MigratedDatabase } from '../../test/processors/database.ts'
import type { Queryable } from '../postgres/pool.ts'
import { forgetOldAttempts, postgresAttempts } from './postgres-attempts.ts'

describe('the ledger of attempts in PostgreSQL', () => {
  let database: MigratedDatabase
  before(async function () {
    this.timeout(60_000)
    database = await migratedDatabase()
  })
  after(() => database.close())

  const ledgerOver = (queryable: Queryable = database.pool) => {
    const warnings: string[] = []
    let time = 0
    const ledger = postgresAttempts({
      database: queryable,
      now: () => time,
      warn: (message) => warnings.push(message),
      limitMs: 200,
    })
    return { ledger, warnings, pass: (ms: number) => (time += ms) }
  }
  const rows = async () =>
    (await database.pool.query<{ id: string }>('select event_id as id from handling_attempts')).rows.map(({ id }) => id)

  it('counts an event for each group by itself, until its handling ends', async () => {
    const { ledger } = ledgerOver()
    const id = randomUUID()
    expect(await ledger.started('order', id)).to.deep.equal({ starts: 1, alone: 0 })
    expect(await ledger.started('payment', id)).to.deep.equal({ starts: 1, alone: 0 })
    expect(await ledger.started('order', id)).to.deep.equal({ starts: 2, alone: 0 })
    await ledger.startedAlone('order', id)
    expect(await ledger.started('order', id)).to.deep.equal({ starts: 3, alone: 1 })
    ledger.finished('order', id)
    await ledger.drained()
    expect(await ledger.started('order', id)).to.deep.equal({ starts: 1, alone: 0 })
    expect(await ledger.started('payment', id)).to.deep.equal({ starts: 2, alone: 0 })
    for (const group of ['order', 'payment']) ledger.finished(group, id)
    await ledger.drained()
    expect(await rows()).to.deep.equal([])
  })

  it('writes many down together', async () => {
    let statements = 0
    const counting: Queryable = Object.assign(Object.create(database.pool) as Queryable, {
      query: (...all: Parameters<Queryable['query']>) => {
        statements += 1
        return database.pool.query(...all)
      },
    })
    const { ledger } = ledgerOver(counting)
    const ids = Array.from({ length: 500 }, () => randomUUID())
    const starts = await Promise.all(ids.map((id) => ledger.started('order', id)))
    expect(new Set(starts.map((found) => found?.starts))).to.deep.equal(new Set([1]))
    for (const id of ids) ledger.finished('order', id)
    await ledger.drained()
    expect(await rows()).to.deep.equal([])
    expect(statements).to.be.at.most(8)
  })

  it('has written down what came to its end before it lets another run alone', async () => {
    const { ledger } = ledgerOver()
    const [ended, kills] = [randomUUID(), randomUUID()]
    for (const id of [ended, kills]) await ledger.started('order', id)
    ledger.finished('order', ended)
    await ledger.startedAlone('order', kills)
    expect(await rows()).to.deep.equal([kills])
    ledger.finished('order', kills)
    await ledger.drained()
  })

  it('knows nothing while the database is away or silent, says so once, and asks again after a while', async () => {
    let asked = 0
    let isSilent = true
    const silent: Queryable = Object.assign(Object.create(database.pool) as Queryable, {
      query: (...all: Parameters<Queryable['query']>) => {
        asked += 1
        return isSilent ? new Promise(() => undefined) : database.pool.query(...all)
      },
    })
    const { ledger, warnings, pass } = ledgerOver(silent)
    const id = randomUUID()
    expect(await ledger.started('order', id)).to.equal(undefined)
    expect(await ledger.started('order', id)).to.equal(undefined)
    expect([asked, warnings.length]).to.deep.equal([1, 1])
    pass(5_000)
    isSilent = false
    expect(await ledger.started('order', id)).to.deep.equal({ starts: 1, alone: 0 })
    ledger.finished('order', id)
    await ledger.drained()
  })

  it('holds nobody up for longer than one question, however many wait, also where ends are still to be written down', async () => {
    let asked = 0
    const silent: Queryable = Object.assign(Object.create(database.pool) as Queryable, {
      query: () => {
        asked += 1
        return new Promise(() => undefined)
      },
    })
    const { ledger, warnings } = ledgerOver(silent)
    const ids = Array.from({ length: 500 }, () => randomUUID())
    expect(new Set(await Promise.all(ids.map((id) => ledger.started('order', id))))).to.deep.equal(new Set([undefined]))
    for (const id of ids) ledger.finished('order', id)
    await ledger.startedAlone('order', randomUUID())
    await ledger.drained()
    expect(warnings).to.have.length(1)
    // One batch of starts, and what asks without being one of a batch.
    expect(asked).to.be.at.most(2)
  })

  it('forgets after a week what never came again', async () => {
    const { ledger } = ledgerOver()
    const [old, young] = [randomUUID(), randomUUID()]
    for (const id of [old, young]) await ledger.started('order', id)
    await database.pool.query(
      "update handling_attempts set started_at = started_at - interval '8 days' where event_id = $1",
      [old],
    )
    await forgetOldAttempts(database.pool, () => 0)()
    expect(await rows()).to.deep.equal([young])
    ledger.finished('order', young)
    await ledger.drained()
  })
})

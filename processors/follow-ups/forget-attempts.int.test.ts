import { expect } from 'chai'
import { migratedDatabase, type MigratedDatabase } from '../../test/processors/database.ts'
import { postgresAttempts } from '../perform/postgres-attempts.ts'
import { forgetOldAttempts } from './forget-attempts.ts'

const day = 24 * 3_600_000

describe('attempts that nobody needs any more', () => {
  let database: MigratedDatabase
  before(async function () {
    this.timeout(60_000)
    database = await migratedDatabase()
  })
  after(() => database.close())

  it('are forgotten a week after they were due, and looked for once an hour', async () => {
    const start = Date.parse('2026-01-05T09:00:00.000Z')
    let time = start
    const attempts = postgresAttempts(database.pool)
    const claim = (key: string, at: number) =>
      attempts.claim({ kind: 'payment', key, since: new Date(at) }, { now: new Date(at), until: new Date(at) })
    const keys = async () => (await database.pool.query<{ key: string }>('select key from attempts order by key')).rows.map(({ key }) => key)
    const forget = forgetOldAttempts(database.pool, () => new Date(time))
    await claim('old', start - 8 * day)
    await claim('young', start - 6 * day)
    await forget()
    expect(await keys()).to.deep.equal(['young'])
    await claim('older', start - 9 * day)
    time = start + 3_599_999
    await forget()
    expect(await keys()).to.deep.equal(['older', 'young'])
    time = start + 3_600_000
    await forget()
    expect(await keys()).to.deep.equal(['young'])
  })
})

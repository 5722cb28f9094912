import { expect } from 'chai'
import { migratedDatabase, type MigratedDatabase } from '../../test/processors/database.ts'
import { postgresAttempts } from '../perform/postgres-leases.ts'
import { forgetOldAttempts } from './forget-leases.ts'

describe('attempts that nobody needs any more', () => {
  let database: MigratedDatabase
  before(async function () {
    this.timeout(60_000)
    database = await migratedDatabase()
  })
  after(() => database.close())

  const { claim, keys } = {
    /** Claimed so long ago, and settled right after that if it says so. */
    claim: async (key: string, ago: string, then?: 'settled') => {
      const attempts = postgresAttempts(database.pool, { leaseMs: 60_000 })
      const lease = await attempts.claim({ kind: 'payment', key, since: new Date(), eventId: '00000001-0000-4000-8000-000000000000' }, { onlyDue: false })
      if (lease === undefined) throw new Error('no lease')
      await attempts.release(lease, then ?? { dueInMs: 0 })
      await database.pool.query('update attempts set due_at = due_at - $2::interval, settled_at = settled_at - $2::interval where key = $1', [key, ago])
    },
    keys: async () => (await database.pool.query<{ key: string }>('select key from attempts order by key')).rows.map(({ key }) => key),
  }

  it('are forgotten a week after they were due, and a day after they were settled; looked for once an hour', async () => {
    const start = Date.parse('2026-01-05T09:00:00.000Z')
    let time = start
    const forget = forgetOldAttempts(database.pool, () => new Date(time))
    await claim('old', '8 days')
    await claim('young', '6 days')
    await claim('settled', '24 hours', 'settled')
    await claim('settled long ago', '26 hours', 'settled')
    await forget()
    expect(await keys()).to.deep.equal(['settled', 'young'])
    await claim('older', '9 days')
    time = start + 3_599_999
    await forget()
    expect(await keys()).to.deep.equal(['older', 'settled', 'young'])
    time = start + 3_600_000
    await forget()
    expect(await keys()).to.deep.equal(['settled', 'young'])
  })
})

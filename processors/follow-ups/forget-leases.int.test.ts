import { expect } from 'chai'
import { migratedDatabase, type MigratedDatabase } from '../../test/processors/database.ts'
import { postgresLeases } from '../perform/postgres-leases.ts'
import { forgetOldLeases } from './forget-leases.ts'

describe('leases that nobody needs any more', () => {
  let database: MigratedDatabase
  before(async function () {
    this.timeout(60_000)
    database = await migratedDatabase()
  })
  after(() => database.close())

  const { claim, keys } = {
    /** Claimed so long ago, and completed right after that if it says so. */
    claim: async (key: string, ago: string, then?: 'completed') => {
      const leases = postgresLeases(database.pool, { leaseMs: 60_000 })
      const lease = await leases.claim(
        { kind: 'payment', key, since: new Date(), eventId: '00000001-0000-4000-8000-000000000000' },
        { onlyDue: false },
      )
      if (lease === undefined) throw new Error('no lease')
      await leases.release(lease, then ?? { dueInMs: 0 })
      await database.pool.query(
        'update attempts set due_at = due_at - $2::interval, settled_at = settled_at - $2::interval where key = $1',
        [key, ago],
      )
    },
    keys: async () =>
      (await database.pool.query<{ key: string }>('select key from attempts order by key')).rows.map(({ key }) => key),
  }

  it('are forgotten a week after they were due, and a day after they were completed; looked for once an hour', async () => {
    const start = Date.parse('2026-01-05T09:00:00.000Z')
    let time = start
    const forget = forgetOldLeases(database.pool, () => new Date(time))
    await claim('old', '8 days')
    await claim('young', '6 days')
    await claim('completed', '24 hours', 'completed')
    await claim('completed long ago', '26 hours', 'completed')
    await forget()
    expect(await keys()).to.deep.equal(['completed', 'young'])
    await claim('older', '9 days')
    time = start + 3_599_999
    await forget()
    expect(await keys()).to.deep.equal(['completed', 'older', 'young'])
    time = start + 3_600_000
    await forget()
    expect(await keys()).to.deep.equal(['completed', 'young'])
  })
})

import { expect } from 'chai'
import { migratedDatabase, type MigratedDatabase } from '../../test/processors/database.ts'
import { resolutionsContract } from '../../test/processors/resolutions-contract.ts'
import { postgresAudit } from './audit.ts'
import { postgresResolutions } from './resolutions.ts'

describe('resolutions in PostgreSQL', () => {
  let database: MigratedDatabase
  before(async function () {
    this.timeout(60_000)
    database = await migratedDatabase()
  })
  after(() => database.close())
  beforeEach(() => database.pool.query('truncate dead_letter_verdicts, dead_letter_claims, dead_letter_audit'))

  resolutionsContract(async () => {
    const { pool } = database
    const pass = async (seconds: number) => {
      await pool.query("update dead_letter_claims set claimed_until = claimed_until - $1 * interval '1 second'", [
        seconds,
      ])
    }
    return { resolutions: postgresResolutions(pool), audit: postgresAudit(pool), pass }
  })

  it('of an earlier release are described once', async () => {
    const { pool } = database
    await pool.query(`insert into dead_letter_verdicts (group_name, number, verdict, decided_by, decided_at, attempts, settled_at)
      values ('order', 3, 'retry', 'olga', now(), 1, now()), ('order', 4, 'retry', 'olga', now(), 1, null)`)
    const resolutions = postgresResolutions(pool)
    expect(await resolutions.undescribed('order', 3n)).to.deep.equal(new Set())
    expect(await resolutions.undescribed('order', 9n)).to.deep.equal(new Set([3n]))
    for (const id of ['first', 'second']) await resolutions.describe({ group: 'order', number: 3n }, id, { of: id })
    expect(await resolutions.undescribed('order', 9n)).to.deep.equal(new Set())
    const [found] = await resolutions.resolvedBetween('order', { from: 0n, before: 9n }, 9)
    expect([found?.letter, found?.resolution.eventId]).to.deep.equal([{ of: 'first' }, 'first'])
  })
})

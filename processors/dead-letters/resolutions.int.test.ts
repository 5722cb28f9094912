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

  resolutionsContract(async () => {
    const { pool } = database
    await pool.query('truncate dead_letter_verdicts, dead_letter_claims, dead_letter_audit')
    const pass = async (seconds: number) => {
      await pool.query("update dead_letter_claims set claimed_until = claimed_until - $1 * interval '1 second'", [
        seconds,
      ])
    }
    return { resolutions: postgresResolutions(pool), audit: postgresAudit(pool), pass }
  })
})

import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { openPool, type Pool } from '../../infrastructure/postgres/pool.ts'
import { migratedTestDatabase } from '../support/postgres.ts'

export type MigratedDatabase = { readonly pool: Pool; readonly url: string; close(): Promise<void> }

/** A database as the processors find it. */
export const migratedDatabase = async (): Promise<MigratedDatabase> => {
  const database = await migratedTestDatabase()
  const { url } = database
  const pool = openPool({ url, applicationName: 'test', logger: silentLogger })
  return {
    pool,
    url,
    close: async () => {
      await pool.end()
      await database.drop()
    },
  }
}

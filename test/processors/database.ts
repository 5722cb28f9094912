import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { openPool, type Pool } from '../../infrastructure/postgres/pool.ts'
import { migratedTestDatabase, newlyMigratedTestDatabase } from '../support/postgres.ts'

export type MigratedDatabase = { readonly pool: Pool; readonly url: string; close(): Promise<void> }

/** A database as the processors find it. `made: 'now'`: after all that has been done before, as one is that takes the place of a lost one. */
export const migratedDatabase = async ({ made }: { readonly made?: 'now' } = {}): Promise<MigratedDatabase> => {
  const database = await (made === 'now' ? newlyMigratedTestDatabase() : migratedTestDatabase())
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

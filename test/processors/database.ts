import { join } from 'node:path'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { migrate } from '../../infrastructure/postgres/migrations.ts'
import { openPool, type Pool } from '../../infrastructure/postgres/pool.ts'
import { testDatabase } from '../support/postgres.ts'

export type MigratedDatabase = { readonly pool: Pool; readonly url: string; close(): Promise<void> }

/** A database as the processors find it. */
export const migratedDatabase = async (): Promise<MigratedDatabase> => {
  const database = await testDatabase()
  const { url } = database
  await migrate({ url, folder: join(import.meta.dirname, '..', '..', 'migrations'), waitLimitMs: 20_000 })
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
